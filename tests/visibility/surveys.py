"""Field surveys in each state, each with its poll among people met, an outing, a sheet, and free texts."""

from django.utils import timezone

from fieldwork.models import Code, Coding, Outing, Sheet, SurveyIndexPage, SurveyPage
from polls.models import Choice, Participation, Poll, Question, SecretTexts
from tests.visibility.pages import DAY
from tests.visibility.words import Canaries

# Minimum number of answers for showing results.
PEOPLE = 5


def make_surveys(canaries: Canaries) -> None:
    for state in ("draft", "live", "over", "over-draft"):
        is_over, is_live = "over" in state, "draft" not in state
        poll = _poll(canaries, state, is_over=is_over)
        page = canaries.fill(SurveyPage, state, slug=f"page-surveypage-{state}", poll=poll, live=is_live)
        page.draft_title = page.title
        SurveyIndexPage.objects.get().add_child(instance=page)
        page.save_revision()
        if not is_over:
            _outings(canaries, page, state)


def _poll(canaries: Canaries, state: str, *, is_over: bool) -> Poll:
    now, named = timezone.now(), f"survey-{state}"
    rules = {"audience": Poll.Audience.PEOPLE_MET, "is_draft": False}
    dates = {"opens_at": now - 9 * DAY, "closes_at": now - DAY if is_over else now + 9 * DAY}
    poll: Poll = canaries.make(Poll, named, slug=f"enquete-{state}", **rules, **dates)
    question = canaries.make(Question, named, poll=poll, makes_groups=not is_over)
    for one in ("first", "second"):
        canaries.make(Choice, f"{named}-{one}", question=question)
    for written in ("coded", "unread"):
        asked = {"poll": poll, "kind": Question.Kind.TEXT, "order": 2}
        _texts(canaries, f"{named}-{written}", canaries.make(Question, f"{named}-{written}", **asked), written)
    if is_over:
        Participation.objects.bulk_create(Participation(poll=poll) for _number in range(PEOPLE))
    return poll


def _texts(canaries: Canaries, named: str, question: Question, written: str) -> None:
    """Creates two texts and a code for both of them, or for the first one only."""
    texts = [f"Zephir {canaries.word(f'secrettexts.{named}.texts', question.pk)}", "Zut"]
    SecretTexts.objects.create(question=question, texts=texts)
    code = canaries.make(Code, named, question=question, number=1)
    places = (0, 1) if written == "coded" else (0,)
    Coding.objects.bulk_create(Coding(code=code, place=place, people=1) for place in places)


def _outings(canaries: Canaries, page: SurveyPage, state: str) -> None:
    now = timezone.now()
    hours = {"starts_at": now + DAY, "ends_at": now + DAY * 1.1}
    outing = canaries.make(Outing, state, survey=page, cancelled_because="", **hours)
    if state == "live":
        canaries.make(Outing, "cancelled", survey=page, cancelled_at=now, **hours)
    # The sheet number that `Surfaces` uses in URLs of sheets.
    Sheet.objects.create(survey=page, number=page.pk, outing=outing)
