"""Concurrent identical requests, repeated: they have one effect each time.

With LONG=1, 200 requests at a time and 50 rounds, as in an attempt to vote twice; otherwise a few.
"""

import os
from datetime import timedelta

import pytest
from allauth.account import forms
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from cms.errors import ReviewExpired
from cms.models import NewsIndexPage
from cms.services import approve as approve_reading
from cms.services import ask_for_second_readings
from committee.errors import MinutesFrozen
from committee.models import RegisterEntry, SessionMinutes
from committee.register.services.chain import as_data
from committee.verify_register import GENESIS, hash_of
from participation.models import OfficialAnswer
from polls.models import NominativeAnswer, Participation, Poll, SecretTally
from tests.cms.second_readings import fresh, submitted
from tests.committee.minutes import DECISIONS, Role, approve, held, member, opened
from tests.committee.register import enter
from tests.factories import OfficialAnswerFactory, UserFactory
from tests.polls.factories import choice_ids, make_poll
from tests.races import run_together

LONG = bool(os.environ.get("LONG"))
TIMES, TOGETHER = (50, 200) if LONG else (2, 12)

pytestmark = [
    pytest.mark.thorough,
    # In one worker: two of these tests at once would need more connections than the server allows.
    pytest.mark.xdist_group("races"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


@pytest.mark.parametrize("ballot", Poll.Ballot.values)
def test_a_vote_sent_many_times_counts_once(ballot):
    day, browser, voter = timedelta(days=1), Client(), UserFactory()
    browser.force_login(voter)
    for number in range(TIMES):
        now = timezone.now()
        poll = make_poll(f"s{number}", ballot=ballot, opens_at=now - day, closes_at=now + day)
        first, second, _third = choice_ids(poll)
        question = poll.questions.get()

        def vote(choice, poll=poll, question=question):
            one = Client()
            one.cookies = browser.cookies
            return one.post(poll.get_absolute_url(), {f"question_{question.pk}": choice}).status_code

        run_together([lambda choice=choice: vote(choice) for choice in [first, second] * (TOGETHER // 2)])
        assert Participation.objects.filter(poll=poll).count() == 1
        if ballot == Poll.Ballot.SECRET:
            (tally,) = SecretTally.objects.filter(question=question)
            assert sum(tally.counts.values()) == 1
        else:
            assert NominativeAnswer.objects.filter(participation__poll=poll).count() == 1


def test_only_three_codes_are_compared(monkeypatch):
    codes, compare = [], forms.compare_user_code
    monkeypatch.setattr(
        forms,
        "compare_user_code",
        lambda actual, expected: codes.append(actual) or compare(actual=actual, expected=expected),
    )
    for number in range(TIMES):
        codes.clear()
        browser = Client(REMOTE_ADDR=f"198.18.0.{number + 1}")
        page = browser.post("/compte/connexion/code/", {"email": f"odile{number}@courriel.example"}).url

        def guess(code, browser=browser, page=page):
            one = Client()
            one.cookies = browser.cookies
            return one.post(page, {"code": f"{code:06}"}).status_code

        run_together([lambda code=code: guess(code) for code in range(TOGETHER)])
        assert len(codes) == 3


def test_minutes_approved_many_times_enter_the_register_once():
    coordinator = member(Role.COORDINATOR)
    later = held(1)
    for number in range(TIMES):
        session = held(10 + number)
        opened(session, coordinator)
        before = RegisterEntry.objects.count()
        jobs = [lambda session=session: approve(session, coordinator, later)] * TOGETHER
        assert len(run_together(jobs, (MinutesFrozen,))) == 1
        assert SessionMinutes.objects.get(session=session).is_approved
        assert RegisterEntry.objects.count() - before == len(DECISIONS)


def test_a_second_reading_given_many_times_publishes_once(editor_of):
    author, reader, coordinator = editor_of("Rédaction"), editor_of("Rédaction"), editor_of("Animation")
    ask_for_second_readings(
        section=NewsIndexPage.objects.get(), groups=Group.objects.filter(name="Rédaction"), by=coordinator
    )
    for _time in range(TIMES):
        page = submitted(author)
        version = page.latest_revision_id

        def give(page=page, version=version):
            approve_reading(page=fresh(page), version=version, by=reader)
            return True

        assert run_together([give] * TOGETHER, (ReviewExpired,)) == [True]
        assert PageLogEntry.objects.filter(page=page.pk, action="wagtail.publish").count() == 1


def test_an_answer_published_many_times_is_published_once_with_the_words_that_were_shown(editor_of):
    """Twenty presses while a colleague rewords the draft: either his words are refused, or all presses."""
    browser = Client()
    browser.force_login(editor_of("Services"))
    for _time in range(TIMES):
        answer = OfficialAnswerFactory(status=OfficialAnswer.Status.DRAFT, reasons="Les mots lus.")
        row, url = OfficialAnswer.objects.filter(pk=answer.pk), reverse("answers:publish", args=[answer.pk])
        shown = browser.get(url).context["confirmation"].field

        def publish(url=url, shown=shown):
            one = Client()
            one.cookies = browser.cookies
            return one.post(url, {"shown": shown}).status_code

        def reword(row=row):
            return row.filter(status=OfficialAnswer.Status.DRAFT).update(reasons="D’autres mots.")

        run_together([*[publish] * 20, reword])
        published = row.get()
        assert not published.is_published or published.reasons == "Les mots lus."
        assert answer.proposal.steps.filter(answer=answer).count() == published.is_published


def test_concurrent_register_entries_form_one_chain():
    for number in range(TIMES):
        run_together([lambda rank=rank: enter(rank) for rank in range(1, TOGETHER + 1)])
        assert RegisterEntry.objects.count() == (number + 1) * TOGETHER
    before = GENESIS
    for number, entry in enumerate(RegisterEntry.objects.order_by("number"), 1):
        assert (entry.number, entry.previous_hash, entry.hash) == (number, before, hash_of(as_data(entry)))
        before = entry.hash
