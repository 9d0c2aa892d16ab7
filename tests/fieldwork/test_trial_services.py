"""Reporting a trial, entering one from a sheet, and new trials: saved data, refusals, repeated requests."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied

from common.origins import Origin
from common.shown import BY_PROGRAM
from fieldwork.errors import (
    AlreadyReported,
    CampaignClosed,
    FindingMoved,
    RetestDayOutOfRange,
    RetestRefused,
    TooManyFindings,
    TooManyTrials,
    TrialDayOutOfRange,
)
from fieldwork.models import Finding, FindingStep, Retest, Trial, TrialDraft
from fieldwork.trials.services.drafts import keep_draft
from fieldwork.trials.services.reports import (
    MAX_FINDINGS,
    TRIALS_PER_DAY,
    FindingInput,
    TrialInput,
    enter_trial,
    report_trial,
)
from fieldwork.trials.services.retests import retest
from fieldwork.trials.services.states import change_state
from mailing.models import Message
from participation.errors import FileNotDescribed
from participation.services.attachments import check_picture
from participation.services.states import lock
from tests.factories import UserFactory
from tests.fieldwork.trial_factories import CampaignFactory, FindingFactory, ScenarioFactory, TrialFactory
from tests.fieldwork.trial_people import coordinator, desk_agent, service_agent
from tests.hostile import TEXTS
from tests.outbox import outbox
from tests.participation.attachments import picture, upload
from tests.races import run_together

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.usefixtures("outbox")]

State, Role = Finding.State, FindingStep.Role
TODAY = NOW.date()
DAY = dt.timedelta(days=1)
TRIED = TrialInput(device=Trial.Device.PHONE, outcome=Trial.Outcome.GAVE_UP, minutes=9, ease=2)
WORDS = "Le bouton « Suivant » reste gris quand on a rempli tous les champs de la page."


@pytest.fixture
def scenario(db):
    return ScenarioFactory()


def finding_input(text=WORDS, **kwargs):
    return FindingInput(what_happened=text, severity=Finding.Severity.BLOCKS, **kwargs)


def report(scenario, *found, tester=None, key=None, tried=TRIED, now=NOW):
    tester = tester or UserFactory()
    return report_trial(tester=tester, scenario=scenario, tried=tried, findings=found, key=key or uuid.uuid4(), now=now)


def test_trial_is_saved_with_findings_that_are_not_public_yet(scenario):
    trial = report(
        scenario,
        finding_input(expected="Il devient vert."),
        finding_input("Le texte est trop petit.", is_sensitive=False),
    )
    assert [one.state for one in trial.findings.all()] == [State.REPORTED] * 2
    assert {step.actor for one in trial.findings.all() for step in one.steps.all()} == {trial.tester}
    assert not Finding.objects.public().exists()


def test_report_with_the_same_key_is_saved_once(scenario):
    tester, key = UserFactory(), uuid.uuid4()
    first = report(scenario, finding_input(), tester=tester, key=key)
    assert report(scenario, finding_input(), tester=tester, key=key) == first
    assert (Trial.objects.count(), Finding.objects.count()) == (1, 1)
    with pytest.raises(PermissionDenied):
        report(scenario, finding_input(), key=key)


@pytest.mark.parametrize(
    "days", [{"starts_on": TODAY + DAY, "ends_on": TODAY + DAY}, {"starts_on": TODAY - DAY, "ends_on": TODAY - DAY}]
)
def test_campaign_accepts_trials_only_while_it_is_open(days):
    with pytest.raises(CampaignClosed):
        report(ScenarioFactory(campaign=CampaignFactory(**days)))


def test_duplicate_findings_and_too_many_findings_or_trials_are_refused(scenario):
    tester = UserFactory()
    report(scenario, finding_input(), tester=tester)
    with pytest.raises(AlreadyReported):
        report(scenario, finding_input(WORDS.replace("gris", "grise")), tester=tester)
    with pytest.raises(TooManyFindings):
        report(scenario, *[finding_input(f"Autre chose {n}") for n in range(MAX_FINDINGS + 1)], tester=tester)
    for _n in range(TRIALS_PER_DAY - 1):
        TrialFactory(tester=tester, scenario=scenario)
    with pytest.raises(TooManyTrials):
        report(scenario, tester=tester)
    assert Finding.objects.count() == 1


def test_picture_without_description_is_refused(scenario):
    with pytest.raises(FileNotDescribed):
        report(scenario, finding_input(picture=check_picture(upload(picture())), picture_description=" \u200b "))
    assert not Trial.objects.exists()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_control_characters_are_removed_from_texts(scenario, text):
    tried = TrialInput(device=Trial.Device.PHONE, outcome=Trial.Outcome.ALONE, browser=text[:60], comment=text)
    trial = report(scenario, finding_input(text, expected=text), tried=tried)
    texts = [trial.browser, trial.comment, trial.findings.get().what_happened]
    assert not any(char in one for one in texts for char in "\x00\x1b\x07\u202e")
    assert "\n" not in trial.browser


def test_assistive_technology_is_shown_only_if_given_and_agreed(scenario):
    agreed = finding_input(shows_assistive_technology=True)
    assert not report(scenario, agreed).findings.get().shows_assistive_technology
    tried = TrialInput(device="ordinateur", outcome="seul", assistive_technology=Trial.Assistive.SCREEN_READER)
    shown, hidden = (
        report(scenario, one, tried=tried).findings.get()
        for one in (agreed, finding_input("Le lecteur se tait ensuite."))
    )
    assert shown.assistive_technology_label
    assert hidden.assistive_technology_label == ""


def test_team_is_notified_of_a_sensitive_finding_without_its_content(scenario):
    report(scenario, finding_input("La page montre le dossier de Canari.", is_sensitive=True))
    (mail,) = outbox
    assert "Canari" not in mail.subject + mail.body + mail.alternatives[0][0]
    assert scenario.goal not in mail.body


def enter(scenario, agent, **kwargs):
    given = {"origin": Origin.PAPER, "tried_on": TODAY, "key": uuid.uuid4(), "findings": [], **kwargs}
    return enter_trial(agent=agent, scenario=scenario, tried=TRIED, now=NOW, **given)


def test_agent_enters_a_sheet_once_and_without_a_tester(scenario):
    agent, key = desk_agent(), uuid.uuid4()
    trial = enter(scenario, agent, key=key, findings=[finding_input()])
    assert enter(scenario, agent, key=key, findings=[finding_input()]) == trial
    assert (trial.tester, trial.agent, trial.origin) == (None, agent, Origin.PAPER)
    assert trial.findings.get().steps.get().actor is None
    with pytest.raises(PermissionDenied):
        enter(scenario, UserFactory())
    with pytest.raises(PermissionDenied):
        enter(scenario, agent, origin=Origin.ONLINE)


def test_sheet_must_be_dated_in_the_campaign_and_entered_within_30_days():
    agent = desk_agent()
    over = ScenarioFactory(campaign=CampaignFactory(starts_on=TODAY - 40 * DAY, ends_on=TODAY - 30 * DAY))
    enter(over, agent, tried_on=TODAY - 30 * DAY)
    for wrong in (TODAY - 41 * DAY, TODAY - 29 * DAY):
        with pytest.raises(TrialDayOutOfRange):
            enter(over, agent, tried_on=wrong)
    with pytest.raises(TrialDayOutOfRange):
        enter(ScenarioFactory(), agent, tried_on=TODAY + DAY)
    long_over = ScenarioFactory(campaign=CampaignFactory(starts_on=TODAY - 40 * DAY, ends_on=TODAY - 31 * DAY))
    with pytest.raises(CampaignClosed):
        enter(long_over, agent, tried_on=TODAY - 31 * DAY)


def try_again(finding, tester=None, outcome=Retest.Outcome.WORKS, now=NOW, **kwargs):
    given = {"tested_on": now.date(), "key": uuid.uuid4(), "version": "4.3", **kwargs}
    made = retest(finding=finding, tester=tester or UserFactory(), outcome=outcome, now=now, **given)
    finding.refresh_from_db()
    return made


def test_retest_is_refused_to_the_service_and_users_who_marked_it_fixed():
    finding, agent, repairer, steward = FindingFactory(state=State.SENT), service_agent(), UserFactory(), coordinator()
    change_state(
        finding=finding,
        state=State.SAID_FIXED,
        role=Role.SERVICE,
        actor=steward,
        now=NOW,
        fixed_in="4.3",
        fixed_by=repairer,
        shown=BY_PROGRAM,
    )
    finding = change_state(
        finding=finding, state=State.TO_TEST, role=Role.TEAM, actor=steward, now=NOW, shown=BY_PROGRAM
    )
    for person in (steward, repairer, agent):
        with pytest.raises(RetestRefused):
            try_again(finding, person)
    assert not Retest.objects.exists()
    made = try_again(finding, finding.trial.tester)
    assert (made.said_fixed_by, made.fixed_by) == (steward, repairer)
    assert finding.state == State.VERIFIED


def test_failed_retest_reopens_the_finding_and_regression_extends_the_delay():
    finding = FindingFactory(state=State.TO_TEST, created_at=NOW - 10 * DAY)
    try_again(finding, outcome=Retest.Outcome.STILL_THERE)
    assert (finding.state, finding.returns, finding.days_to_verified()) == (State.CAME_BACK, 1, None)
    Finding.objects.filter(pk=finding.pk).update(state=State.TO_TEST)
    try_again(finding)
    assert finding.days_to_verified() == 10
    # Still working: the trial is saved, the state does not change.
    steps = finding.steps.count()
    try_again(finding, now=NOW + 2 * DAY)
    assert (finding.state, finding.steps.count(), finding.days_to_verified()) == (State.VERIFIED, steps, 10)
    try_again(finding, outcome=Retest.Outcome.STILL_THERE, now=NOW + 5 * DAY)
    assert (finding.state, finding.returns, finding.days_to_verified()) == (State.CAME_BACK, 2, None)
    Finding.objects.filter(pk=finding.pk).update(state=State.TO_TEST)
    try_again(finding, now=NOW + 20 * DAY)
    assert finding.days_to_verified() == 30


def test_retest_is_saved_once_per_key_and_keys_of_others_are_refused():
    finding, person, key = FindingFactory(state=State.TO_TEST), UserFactory(), uuid.uuid4()
    assert try_again(finding, person, key=key) == try_again(finding, person, key=key)
    with pytest.raises(PermissionDenied):
        try_again(finding, key=key)


def test_retest_sent_twice_at_the_same_moment_is_saved_once(monkeypatch):
    finding, person, key = FindingFactory(state=State.TO_TEST), UserFactory(), uuid.uuid4()
    name, first = "fieldwork.trials.services.retests.lock", []

    def lock_after_the_first(row):
        monkeypatch.setattr(name, lock)
        first.append(try_again(finding, person, key=key))
        return lock(row)

    monkeypatch.setattr(name, lock_after_the_first)
    assert [try_again(finding, person, key=key)] == first
    assert Retest.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_draft_saved_twice_at_the_same_moment_is_created_once():
    author, key = UserFactory(), uuid.uuid4()
    given = {"scenario": ScenarioFactory(), "author": author, "held": (), "data": {"findings": []}, "now": NOW}
    assert run_together([lambda: keep_draft(key=key, **given).pk] * 4) == [key] * 4
    assert TrialDraft.objects.get().author == author


def test_retest_must_be_dated_between_the_last_change_and_today():
    finding = FindingFactory(state=State.TO_TEST, created_at=NOW - 3 * DAY)
    for wrong in (TODAY - 4 * DAY, TODAY + DAY):
        with pytest.raises(RetestDayOutOfRange):
            try_again(finding, tested_on=wrong)
    with pytest.raises(FindingMoved):
        try_again(FindingFactory(state=State.SAID_FIXED))


def test_sensitive_finding_can_be_retested_by_coordinators_only():
    finding = FindingFactory(state=State.TO_TEST, is_sensitive=True)
    for person in (UserFactory(), finding.trial.tester):
        with pytest.raises(PermissionDenied):
            try_again(finding, person)
    try_again(finding, coordinator())
    assert finding.state == State.VERIFIED
    assert not Message.objects.exists()
