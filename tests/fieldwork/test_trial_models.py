"""Database constraints of campaigns, trials and findings."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from fieldwork.models import CampaignPage, Finding, FindingStep, Retest, Trial
from tests.factories import UserFactory
from tests.fieldwork.trial_factories import CampaignFactory, FindingFactory, TrialFactory

pytestmark = pytest.mark.django_db
State = Finding.State


def finding_in(state, **kwargs):
    if state == State.DUPLICATE:
        kwargs["duplicate_of"] = FindingFactory()
    return FindingFactory(state=state, **kwargs)


@pytest.mark.parametrize("state", State)
def test_finding_is_public_in_public_states_unless_sensitive(state):
    open_one, secret = finding_in(state), finding_in(state, is_sensitive=True)
    public = set(Finding.objects.visible_to(AnonymousUser()))
    assert (open_one in public) == (state in Finding.PUBLIC_STATES)
    assert secret not in public


def test_testers_read_their_own_findings_except_sensitive_ones():
    trial = TrialFactory()
    own = FindingFactory(trial=trial, state=State.REPORTED)
    FindingFactory(trial=trial, state=State.CONFIRMED, is_sensitive=True)
    FindingFactory(state=State.REPORTED)
    assert list(Finding.objects.visible_to(trial.tester)) == [own]


def test_findings_of_an_unpublished_campaign_are_not_public():
    finding = FindingFactory()
    finding.campaign.unpublish()
    assert not Finding.objects.public().exists()
    assert not Trial.objects.public().exists()


@pytest.mark.parametrize(
    ("state", "change"),
    [
        (State.CONFIRMED, {"state": State.SENT}),
        (State.SENT, {"service": None}),
        (State.SENT, {"answer_due_on": None}),
        (State.SAID_FIXED, {"fixed_in": ""}),
        (State.VERIFIED, {"verified_at": None}),
        (State.WILL_NOT_FIX, {"state_reason": ""}),
        (State.DISMISSED, {"state_reason": ""}),
        (State.REPORTED, {"state": State.DUPLICATE}),
    ],
    ids=["sent", "service", "due", "version", "verified", "refused", "set aside", "duplicate"],
)
def test_database_refuses_a_state_without_its_required_fields(state, change):
    finding = FindingFactory(state=state)
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(**change)


@pytest.mark.parametrize("change", [{"minutes": 0}, {"minutes": 601}, {"ease": 0}, {"ease": 6}], ids=str)
def test_database_refuses_trials_with_figures_out_of_range(change):
    with pytest.raises(IntegrityError), transaction.atomic():
        TrialFactory(**change)


def test_entered_trials_have_no_tester_and_online_trials_no_agent():
    agent = UserFactory()
    TrialFactory(origin="papier", tester=None, agent=agent)
    for wrong in ({"origin": "papier", "agent": agent}, {"origin": "en-ligne", "agent": agent, "tester": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            TrialFactory(**wrong)


@pytest.mark.parametrize("role", ["said_fixed_by", "fixed_by"])
def test_database_refuses_a_retest_by_said_fixed_by_or_fixed_by(role):
    finding, person = FindingFactory(state=State.TO_TEST), UserFactory()
    row = Retest(
        finding=finding,
        tester=person,
        outcome=Retest.Outcome.WORKS,
        tested_on=timezone.localdate(),
        created_at=timezone.now(),
        **{role: person},
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_steps_cannot_be_changed_or_deleted():
    step = FindingFactory().steps.get()
    for change in (step.save, step.delete):
        with pytest.raises(TypeError):
            change()


def test_database_refuses_verification_without_a_retest():
    finding = FindingFactory(state=State.TO_TEST)
    with pytest.raises(IntegrityError), transaction.atomic():
        FindingStep.objects.create(
            finding=finding, at=timezone.now(), from_state=State.TO_TEST, to_state=State.VERIFIED, role="testeur"
        )


def test_campaign_is_open_on_its_first_and_last_day():
    campaign = CampaignFactory(starts_on=dt.date(2026, 3, 2), ends_on=dt.date(2026, 3, 20))
    Phase = CampaignPage.Phase
    days = {1: Phase.COMING, 2: Phase.OPEN, 20: Phase.OPEN, 21: Phase.CLOSED}
    assert {day: campaign.phase_at(dt.date(2026, 3, day)) for day in days} == days
    opened = [day for day in days if CampaignPage.objects.open_on(dt.date(2026, 3, day)).exists()]
    assert opened == [2, 20]
