"""Open data and yearly report: trials are counted as on the pages; groups of fewer than five are hidden."""

import datetime as dt

import pytest
from django.utils import timezone

from common.hooks import datasets
from fieldwork.models import Finding
from indicators.hooks import Period
from indicators.restitution.queries.measures import own_measures
from tests.fieldwork.trial_factories import CampaignFactory, FindingFactory, ScenarioFactory, TrialFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def scenario():
    today = timezone.localdate()
    return ScenarioFactory(campaign=CampaignFactory(starts_on=today - dt.timedelta(days=9), ends_on=today))


def rows_of(slug):
    [found] = [one for one in datasets() if one.slug == slug]
    return [dict(zip(found.header, row, strict=True)) for row in found.rows()]


def test_small_groups_are_hidden_and_cannot_be_subtracted(scenario):
    for outcome in ("seul",) * 7 + ("abandon",) * 2:
        TrialFactory(scenario=scenario, outcome=outcome)
    [row] = rows_of("essais")
    assert (row["essais"], row["seuls"], row["avec_aide"], row["abandons"]) == (9, None, 0, None)


def test_assistive_technologies_are_published_once_the_campaign_is_closed(scenario):
    for technology in ("loupe",) * 5 + ("",) * 5:
        TrialFactory(scenario=scenario, assistive_technology=technology)
    assert rows_of("essais")[0]["aides_techniques"] is None
    campaign = scenario.campaign
    campaign.ends_on -= dt.timedelta(days=1)
    campaign.save()
    assert rows_of("essais")[0]["aides_techniques"] == 5


def test_yearly_report_counts_verified_findings_and_the_repair_delay(scenario):
    now = timezone.now()
    trial = TrialFactory(scenario=scenario)
    for days in (10, 34, 60):
        begun = now - dt.timedelta(days=days)
        FindingFactory(trial=trial, state=Finding.State.VERIFIED, created_at=begun, verified_at=now)
    FindingFactory(trial=trial, is_sensitive=True, state=Finding.State.VERIFIED)
    year = Period.of_year(timezone.localdate(now).year)
    found = {
        one.key: one.value(one.rows)
        for one in own_measures(year, now)
        if one.key in ("findings_verified", "repair_delay")
    }
    assert found["findings_verified"].number == 3
    assert found["repair_delay"].number == 34
