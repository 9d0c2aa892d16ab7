"""Deadlines are shown as the same day on every page and in every mail: all objects of the test end at one midnight."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from committee.area.queries import member_tasks
from common.templatetags.dates import CITY_ZONE, deadline, last_day
from fieldwork.volunteers.services import set_volunteering
from tests.digests.factories import DAY, SLOT, SubscriberFactory
from tests.digests.mails import read_digests
from tests.factories import CallPageFactory, MandateFactory, UserFactory
from tests.fieldwork.survey_factories import make_survey
from tests.fieldwork.trial_factories import CampaignFactory, ScenarioFactory
from tests.polls.factories import make_poll, make_survey_poll

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(SLOT, tick=False), pytest.mark.indexed]

END = dt.datetime(2026, 11, 29, tzinfo=CITY_ZONE)
OPENED = SLOT - DAY
# The last day is the 28th; no text may give the 29th as the end.
LAST = "28 novembre"
AFTER = re.compile(r"(jusqu’au|avant le|dernier jour|terminé le|au|until)( \w+)? 29 novembre", re.IGNORECASE)


@pytest.fixture
def world():
    call = CallPageFactory(
        title="Appel", proposals_from=OPENED, discussion_from=END, first_published_at=OPENED, closes_at=END + 30 * DAY
    )
    campaign = CampaignFactory(
        title="Campagne", starts_on=OPENED.date(), ends_on=last_day(END), first_published_at=OPENED
    )
    scenario = ScenarioFactory(campaign=campaign)
    dates = {"opens_at": OPENED, "closes_at": END}
    poll = make_poll("ouvert", **dates)
    make_poll("membres", audience="members", **dates)
    survey = make_survey("enquete", poll=make_survey_poll("enquete", **dates), first_published_at=OPENED)
    member = MandateFactory(member__user=UserFactory()).member
    set_volunteering(user=member.user, thing=campaign, is_wanted=True, now=SLOT)
    return {
        "call": call, "campaign": campaign, "scenario": scenario, "poll": poll, "survey": survey, "member": member
    }  # fmt: skip


def text_of(response):
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).replace("\xa0", " ").split())


def addresses(world):
    call, campaign, survey = world["call"], world["campaign"], world["survey"]
    public = [
        "/",
        call.get_parent().url,
        call.url,
        reverse("participation:deposit_start"),
        reverse("participation:call_paper_form", args=[call.slug]),
        campaign.get_parent().url,
        campaign.url,
        reverse("polls:list"),
        reverse("polls:poll", args=[world["poll"].slug]),
        survey.get_parent().url,
        survey.url,
        "/recherche/?q=sondage",
    ]
    of_members = ["/membres/", reverse("fieldwork:ground"), reverse("committee:polls")]
    of_editors = [
        "/admin/",
        reverse("wagtailsnippets_polls_poll:list"),
        reverse("wagtailsnippets_polls_poll:edit", args=[world["poll"].pk]),
    ]
    return public, of_members, of_editors


def test_last_day_is_the_same_on_all_pages(world, client, admin_user):
    public, of_members, of_editors = addresses(world)
    for reader, urls in ((None, public), (world["member"].user, of_members), (admin_user, of_editors)):
        if reader:
            client.force_login(reader)
        for url in urls:
            text = text_of(client.get(url))
            assert LAST in text, url
            assert not AFTER.search(text), (url, AFTER.search(text))


def test_last_day_is_the_same_in_tasks_and_in_the_digest(world):
    SubscriberFactory()
    (digest,) = read_digests().values()
    digest = digest.replace("\xa0", " ")
    assert digest.count(LAST) >= 3
    assert not AFTER.search(digest)
    assert {task.day for task in member_tasks(world["member"], SLOT)} == {dt.date(2026, 11, 28)}


def test_end_at_midnight_is_shown_as_the_day_before(world, client, time_machine):
    time_machine.move_to(END + DAY, tick=False)
    assert f"Terminé le {LAST}" in text_of(client.get(reverse("polls:list")))


@pytest.mark.parametrize(
    ("end", "day", "words"),
    [
        (END, dt.date(2026, 11, 28), "samedi 28 novembre 2026"),
        (END + dt.timedelta(hours=18), dt.date(2026, 11, 29), "dimanche 29 novembre 2026 à 18 h"),
        (None, None, ""),
    ],
)
def test_last_day_and_deadline(end, day, words):
    assert (last_day(end), deadline(end).replace("\xa0", " ")) == (day, words)
