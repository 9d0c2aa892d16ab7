"""An outing from its preparation to its cancellation: the organiser, a member on a phone, and the printed sheets."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from fieldwork.models import Outing, Volunteer
from fieldwork.surveys.services.sheets import make_sheets
from polls.models import Poll, Question
from tests.browser.people import PHONE_WIDTH
from tests.browser.walker import Walker
from tests.factories import MandateFactory, UserFactory
from tests.fieldwork.survey_factories import make_survey
from tests.outbox import outbox
from tests.polls.factories import make_poll, make_survey_poll

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

QUESTIONS = (Question.Kind.SINGLE, Question.Kind.MULTIPLE, Question.Kind.SINGLE, Question.Kind.TEXT)
WEEK = dt.timedelta(days=7)


@pytest.fixture
def survey():
    now = timezone.now()
    return make_survey(poll=make_survey_poll(opens_at=now - WEEK, closes_at=now + 2 * WEEK))


@pytest.mark.guide("Préparer une sortie d’enquête")
def test_outing_is_planned_joined_by_a_member_and_cancelled(watched, live_server, survey):
    day = timezone.localtime() + WEEK
    member = MandateFactory(member__name="Odile Martin", member__user=UserFactory()).member
    with watched(width=1280) as wide, watched(width=PHONE_WIDTH) as phone:
        desk, odile = Walker(wide, live_server.url), Walker(phone, live_server.url)
        desk.work_as("Secrétariat")
        desk.choose("Terrain", "Enquêtes de terrain")
        desk.follow(survey.title)
        desk.follow("Prévoir une sortie")
        desk.chosen(survey.title)
        for name, hour in (("starts_at", "14:00"), ("ends_at", "16:00")):
            desk.date(name, f"{day:%d/%m/%Y} {hour}")
        desk.fill(place="Marché de la Meinau", meeting_point="Devant la fontaine", volunteers_wanted="2")
        desk.press("Enregistrer")
        desk.read("Marché de la Meinau")

        odile.become(member.user)
        odile.open("/membres/")
        odile.follow("Sur le terrain")
        odile.follow("Marché de la Meinau")
        odile.read("Devant la fontaine", "2 personnes sont attendues")
        odile.press("J’y vais")
        odile.read("Vous y allez.")
        assert Volunteer.objects.get().user == member.user

        desk.choose("Terrain", "Sorties")
        desk.follow("Voir qui y va")
        desk.read("Odile Martin")
        desk.follow("Annuler cette sortie")
        desk.fill(reason="Le marché est déplacé.")
        desk.press("Annuler la sortie")
        desk.read("Personnes prévenues : 1", "Le marché est déplacé.")

        odile.open("/membres/terrain/")
        odile.follow("Marché de la Meinau")
        odile.read("Cette sortie est annulée", "Le marché est déplacé.")
        expect(phone.get_by_role("button", name="J’y vais")).to_have_count(0)
    assert Outing.objects.get().is_cancelled
    assert [mail.to for mail in outbox] == [[member.user.email]]


@pytest.mark.parametrize(
    "questions",
    [pytest.param(QUESTIONS, id="four", marks=pytest.mark.nightly), pytest.param(2 * QUESTIONS, id="eight")],
)
def test_survey_sheet_fits_on_two_sheets_of_paper(watched, live_server, questions):
    """With the most questions that people answer standing, with five choices each."""
    now = timezone.now()
    dates = {"opens_at": now - WEEK, "closes_at": now + WEEK}
    poll = make_poll(kinds=questions, choices=5, audience=Poll.Audience.PEOPLE_MET, **dates)
    survey = make_survey(poll=poll)
    make_sheets(survey=survey, number=3, outing=None, by=UserFactory(is_superuser=True), now=now)
    with watched(width=1280) as page:
        walker = Walker(page, live_server.url)
        walker.work_as("Secrétariat")
        walker.choose("Terrain", "Enquêtes de terrain")
        walker.follow(survey.title)
        walker.page.get_by_role("link", name="Fiches 1 à 3").click()
        expect(page.locator(".paper-form")).to_have_count(3)
        paper = page.pdf(format="A4")
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 2 * 3
