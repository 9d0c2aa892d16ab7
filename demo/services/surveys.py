"""Field surveys, invented: a closed one with coded texts, and a current one. No answer is real."""

from collections import Counter
from datetime import time, timedelta

from accounts.models import User
from committee.models import TopicPage
from common.markdown import french
from common.origins import Origin
from common.shown import BY_PROGRAM
from demo.clock import Clock, paris
from demo.content import Text, read
from demo.services.ballots import end, not_over
from fieldwork.models import Code, Outing, Sheet, SheetRegister, SurveyIndexPage, SurveyPage
from fieldwork.surveys.queries.coding import written_texts
from fieldwork.surveys.services.coding import code_texts
from fieldwork.volunteers.services import set_volunteering
from polls.kinds import kind_of
from polls.models import Choice, Participation, Poll, Question, SecretTally, SecretTexts
from polls.models.ballots import in_group, write
from polls.services.opening import open_poll

EDITOR = "redaction"
WORDS = ("title", "introduction", "purpose", "method", "limits")
LENGTH = timedelta(hours=2)


def load(clock: Clock, accounts: dict[str, User], topics: dict[str, TopicPage]) -> None:
    """Creates the surveys, their outings and sheets, and the counts of the sheets."""
    index = SurveyIndexPage.objects.first()
    if index is None:
        return
    for text in read("surveys")["surveys"]:
        ends_at = clock.ahead(text["closes_in_days"])
        poll = Poll.objects.create(
            slug=text["slug"],
            title=french(text["title"]),
            closes_at=not_over(ends_at, now=clock.now),
            audience=Poll.Audience.PEOPLE_MET,
        )
        questions = [_question(poll, order, asked) for order, asked in enumerate(text["questions"], 1)]
        opened = clock.ago(text["opened_days_ago"], 8)
        open_poll(poll=poll, by=None, now=opened, shown=BY_PROGRAM)
        survey = index.add_child(
            instance=SurveyPage(
                slug=text["slug"],
                poll=poll,
                topic=topics.get(text["topic"]),
                first_published_at=opened,
                last_published_at=opened,
                **{name: french(text[name]) for name in WORDS},
            )
        )
        outings = [_outing(clock, survey, one, accounts) for one in text["outings"]]
        people = _count(questions, text["questions"])
        Participation.objects.bulk_create(Participation(poll=poll) for _ in range(people))
        end(poll, ends_at)
        Sheet.objects.bulk_create(
            Sheet(survey=survey, number=number, outing=outings[number % len(outings)])
            for number in range(1, people + 21)
        )
        entered = {str(number): str(Origin.PAPER) for number in range(1, people + 1)}
        SheetRegister.objects.create(survey=survey, entered=entered)
        if poll.closes_at <= clock.now:
            for question, asked in zip(questions, text["questions"], strict=True):
                _code(clock, question, asked, accounts[EDITOR])


def _question(poll: Poll, order: int, asked: Text) -> Question:
    named = {name: asked[name] for name in ("kind", "makes_groups", "is_optional") if name in asked}
    question = Question(poll=poll, text=french(asked["text"]), order=order, **named)
    question.choices = [Choice(text=french(choice)) for choice in asked.get("choices", [])]
    question.save()
    return question


def _outing(clock: Clock, survey: SurveyPage, text: Text, accounts: dict[str, User]) -> Outing:
    days = text["days"]
    starts = paris(clock.opening_day(days), time(text["hour"]))
    counted = (
        {"people_asked": text["asked"], "refusals": text["refusals"], "is_closed": True} if "asked" in text else {}
    )
    outing = Outing.objects.create(
        survey=survey,
        starts_at=starts,
        ends_at=starts + LENGTH,
        place=french(text["place"]),
        meeting_point=french(text.get("meeting_point", "")),
        volunteers_wanted=text.get("wanted"),
        **counted,
    )
    for days, key in enumerate(text.get("going", []), 1):
        set_volunteering(user=accounts[key], thing=outing, is_wanted=True, now=clock.ago(days))
    return outing


def _count(questions: list[Question], texts: list[Text]) -> int:
    """Writes the counts; returns the number of respondents."""
    making = next((question for question in questions if question.makes_groups), None)
    groups = [write({choice.pk: 1}) for choice in making.choices.all()] if making else []
    people = 0
    for question, asked in zip(questions, texts, strict=True):
        counts: Counter[str] = Counter()
        choices = list(question.choices.all())
        if kind_of(question).is_text:
            written = sorted(french(one["text"]) for one in asked["texts"] for _ in range(one["people"]))
            SecretTexts.objects.create(question=question, texts=written)
            continue
        if question == making:
            counts.update(dict(zip(groups, asked["people"], strict=True)))
            people = sum(counts.values())
        for tick in asked.get("ticks", []):
            answer = write({choices[place].pk: 1 for place in tick["choices"]})
            for number, of_group in enumerate(tick["people"]):
                counts[in_group(groups[number], answer) if groups else answer] += of_group
        people = people or sum(counts.values())
        SecretTally.objects.create(question=question, counts=dict(sorted(counts.items())))
    return people


def _code(clock: Clock, question: Question, asked: Text, editor: User) -> None:
    codes = {french(one["text"]): one["codes"] for one in asked.get("texts", [])}
    if not codes:
        return
    given = {text.place: [french(code) for code in codes[text.text]] for text in written_texts(question)}
    code_texts(question=question, codes=given, by=editor, now=clock.now)
    for one in asked.get("sentences", []):
        Code.objects.filter(question=question, label=french(one["code"])).update(sentence=french(one["sentence"]))
