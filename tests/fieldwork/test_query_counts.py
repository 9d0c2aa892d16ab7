"""Bulk actions on findings run as many queries with many of them as with few."""

import pytest
from django.urls import reverse

from accounts.models import User
from fieldwork.models import Echo, Finding, FindingStep, Retest, TrialDraft
from tests.factories import UserFactory
from tests.fieldwork.trial_factories import CampaignFactory, FindingFactory, ScenarioFactory, TrialFactory
from tests.polls.factories import DAY, NOW
from tests.tables import assert_table, queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.usefixtures("outbox")]

State = Finding.State


@pytest.fixture
def root():
    return User.objects.create_superuser("chef@courriel.example")


def make_full_trial(campaign, tester):
    """Creates a scenario, a trial, and a finding in each state with a duplicate, a new trial, a reminder, echoes."""
    trial = TrialFactory(scenario=ScenarioFactory(campaign=campaign), tester=tester)
    for state in State:
        others = {"duplicate_of": campaign.first} if state == State.DUPLICATE else {}
        finding = FindingFactory(trial=trial, state=state, created_at=NOW - 90 * DAY, **others)
        again = Retest.objects.create(
            finding=finding, tester=UserFactory(), outcome=Retest.Outcome.WORKS, tested_on=NOW.date(), created_at=NOW
        )
        moved = {"from_state": State.REPORTED, "to_state": State.SENT, "role": FindingStep.Role.TESTER, "retest": again}
        FindingStep.objects.create(finding=finding, at=NOW, **moved)
        Echo.objects.create(finding=finding, user=UserFactory(), created_at=NOW)
    draft = {"scenario": trial.scenario, "author": tester, "created_at": NOW, "updated_at": NOW}
    TrialDraft.objects.create(told={}, **draft)


def bulk(action):
    """Returns the URL of the bulk action on all findings."""
    chosen = "&".join(f"id={pk}" for pk in Finding.objects.values_list("pk", flat=True))
    return f"{reverse('wagtail_bulk_action', args=['fieldwork', 'finding', action])}?{chosen}"


ACTIONS = ("confirm", "send", "merge", "mark_sensitive")


def test_query_counts_of_bulk_actions_do_not_depend_on_the_number_of_findings(client, root):
    client.force_login(root)
    campaign = CampaignFactory()
    campaign.first = FindingFactory(trial__scenario__campaign=campaign, trial__tester=root)
    make_full_trial(campaign, root)
    few = {action: queries_of(client, bulk(action)) for action in ACTIONS}
    for _number in range(3):
        make_full_trial(campaign, root)
        other = CampaignFactory()
        other.first = campaign.first
        make_full_trial(other, root)
    assert_table({action: queries_of(client, bulk(action)) for action in ACTIONS}, few)
