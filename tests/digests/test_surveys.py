"""Field surveys in the digest: reported at their opening and with their results, once each, if their page is public."""

import pytest

from digests.services.planning import plan_due
from fieldwork.models import SurveyPage
from polls.models import Participation
from tests.digests.factories import DAY, SLOT, SubscriberFactory
from tests.digests.mails import read_digests, sent
from tests.fieldwork.survey_factories import make_survey
from tests.polls.factories import make_survey_poll

pytestmark = pytest.mark.django_db


def survey(slug="marche", *, opened, closes, answers=0, published_at=SLOT - 90 * DAY, **fields):
    """Creates a survey that opens and closes the given numbers of days after the slot."""
    poll = make_survey_poll(slug, opens_at=SLOT + opened * DAY, closes_at=SLOT + closes * DAY)
    Participation.objects.bulk_create(Participation(poll=poll) for _answer in range(answers))
    return make_survey(slug, poll=poll, first_published_at=published_at, **fields)


def digest_text():
    SubscriberFactory()
    (digest,) = read_digests().values() or ("",)
    return digest.replace("\xa0", " ")


def test_opened_survey_is_listed_with_its_closing_date():
    survey(opened=-2, closes=9)
    digest = digest_text()
    assert "ENQUÊTES DE TERRAIN" in digest
    assert "Enquête marche : jusqu’au" in digest
    assert digest.count("Enquête marche") == 1
    assert "/enquetes/marche/" in digest


@pytest.mark.parametrize("opened", [-3, -40], ids=["opened-since", "opened-long-ago"])
def test_closed_survey_is_listed_once_with_its_results(opened):
    survey(opened=opened, closes=-1, answers=5)
    digest = digest_text()
    assert "Enquête marche : Les résultats sont à lire" in digest
    assert digest.count("Enquête marche") == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"opened": -40, "closes": 9},
        {"opened": 1, "closes": 9},
        {"opened": -40, "closes": -20, "answers": 5},
        {"opened": -3, "closes": -1, "answers": 4},
        {"opened": -2, "closes": 9, "live": False},
    ],
    ids=["opened-before", "opens-later", "over-before", "few-answered", "draft"],
)
def test_other_surveys_are_left_out(fields):
    survey(**fields)
    SubscriberFactory()
    assert not read_digests()


def test_survey_published_after_its_end_is_listed_with_its_results():
    survey(opened=-60, closes=-30, answers=5, published_at=SLOT - 2 * DAY)
    assert "Les résultats sont à lire" in digest_text()


def test_survey_unpublished_after_planning_is_not_sent():
    page = survey(opened=-2, closes=9)
    SubscriberFactory()
    plan_due(now=SLOT)
    SurveyPage.objects.filter(pk=page.pk).update(live=False)
    assert sent() == {}
