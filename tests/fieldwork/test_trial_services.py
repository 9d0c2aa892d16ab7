"""Reporting a trial, entering one from a sheet, and new trials: saved data, refusals, repeated requests."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied

from common.origins import Origin
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
from fieldwork.models import Finding, FindingStep, Retest, Trial
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
from tests.factories import UserFactory
from tests.fieldwork.trial_factories import CampaignFactory, FindingFactory, ScenarioFactory, TrialFactory
from tests.fieldwork.trial_people import coordinator, desk_agent, service_agent
from tests.hostile import TEXTS
from tests.outbox import outbox
from tests.participation.attachments import picture, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock", "outbox")]

State, Role = Finding.State, FindingStep.Role
NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
DAY = dt.timedelta(days=1)
TRIED = TrialInput(device=Trial.Device.PHONE, outcome=Trial.Outcome.GAVE_UP, minutes=9, ease=2)
WORDS = "Le bouton « Suivant » reste gris quand on a rempli tous les champs de la page."


@pytest.fixture
def scenario(db):
    return ScenarioFactory()


def found(text=WORDS, **kwargs):
    return FindingInput(what_happened=text, severity=Finding.Severity.BLOCKS, **kwargs)


def report(scenario, *found, tester=None, key=None, tried=TRIED, now=NOW):
    tester = tester or UserFactory()
    return report_trial(tester=tester, scenario=scenario, tried=tried, found=found, key=key or uuid.uuid4(), now=now)


def test_a_trial_is_kept_with_its_findings_which_wait_to_be_read(scenario):
    trial = report(scenario, found(expected="Il devient vert."), found("Le texte est trop petit.", is_sensitive=False))
    assert [one.state for one in trial.findings.all()] == [State.REPORTED] * 2
    assert {step.actor for one in trial.findings.all() for step in one.steps.all()} == {trial.tester}
    assert not Finding.objects.public().exists()


def test_sent_twice_it_is_there_once(scenario):
    tester, key = UserFactory(), uuid.uuid4()
    first = report(scenario, found(), tester=tester, key=key)
    assert report(scenario, found(), tester=tester, key=key) == first
    assert (Trial.objects.count(), Finding.objects.count()) == (1, 1)
    with pytest.raises(PermissionDenied):
        report(scenario, found(), key=key)


@pytest.mark.parametrize(
    "days", [{"starts_on": TODAY + DAY, "ends_on": TODAY + DAY}, {"starts_on": TODAY - DAY, "ends_on": TODAY - DAY}]
)
def test_a_campaign_takes_trials_on_its_days_only(days):
    with pytest.raises(CampaignClosed):
        report(ScenarioFactory(campaign=CampaignFactory(**days)))


def test_a_flood_is_refused_and_so_is_the_same_thing_again(scenario):
    tester = UserFactory()
    report(scenario, found(), tester=tester)
    with pytest.raises(AlreadyReported):
        report(scenario, found(WORDS.replace("gris", "grise")), tester=tester)
    with pytest.raises(TooManyFindings):
        report(scenario, *[found(f"Autre chose {n}") for n in range(MAX_FINDINGS + 1)], tester=tester)
    for _n in range(TRIALS_PER_DAY - 1):
        TrialFactory(tester=tester, scenario=scenario)
    with pytest.raises(TooManyTrials):
        report(scenario, tester=tester)
    assert Finding.objects.count() == 1


def test_a_picture_says_what_it_shows(scenario):
    with pytest.raises(FileNotDescribed):
        report(scenario, found(picture=check_picture(upload(picture())), picture_description=" \u200b "))
    assert not Trial.objects.exists()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_texts_stay_text(scenario, text):
    tried = TrialInput(device=Trial.Device.PHONE, outcome=Trial.Outcome.ALONE, browser=text[:60], comment=text)
    trial = report(scenario, found(text, expected=text), tried=tried)
    kept = [trial.browser, trial.comment, trial.findings.get().what_happened]
    assert not any(char in one for one in kept for char in "\x00\x1b\x07\u202e")
    assert "\n" not in trial.browser


def test_assistive_technology_is_shown_only_where_it_was_said_and_agreed(scenario):
    agreed = found(shows_assistive_technology=True)
    assert not report(scenario, agreed).findings.get().shows_assistive_technology
    tried = TrialInput(device="ordinateur", outcome="seul", assistive_technology=Trial.Assistive.SCREEN_READER)
    shown, hidden = (
        report(scenario, one, tried=tried).findings.get() for one in (agreed, found("Le lecteur se tait ensuite."))
    )
    assert shown.assistive_technology_label
    assert hidden.assistive_technology_label == ""


def test_the_team_is_told_of_a_sensitive_finding_without_a_word_of_it(scenario):
    report(scenario, found("La page montre le dossier de Canari.", is_sensitive=True))
    (mail,) = outbox
    assert "Canari" not in mail.subject + mail.body + mail.alternatives[0][0]
    assert scenario.goal not in mail.body


def enter(scenario, agent, **kwargs):
    given = {"origin": Origin.PAPER, "tried_on": TODAY, "key": uuid.uuid4(), "found": [], **kwargs}
    return enter_trial(agent=agent, scenario=scenario, tried=TRIED, now=NOW, **given)


def test_an_agent_enters_a_sheet_once_for_somebody_without_account(scenario):
    agent, key = desk_agent(), uuid.uuid4()
    trial = enter(scenario, agent, key=key, found=[found()])
    assert enter(scenario, agent, key=key, found=[found()]) == trial
    assert (trial.tester, trial.agent, trial.origin) == (None, agent, Origin.PAPER)
    assert trial.findings.get().steps.get().actor is None
    with pytest.raises(PermissionDenied):
        enter(scenario, UserFactory())
    with pytest.raises(PermissionDenied):
        enter(scenario, agent, origin=Origin.ONLINE)


def test_a_sheet_is_of_a_day_of_the_campaign_and_comes_within_a_month():
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


def test_who_repaired_it_or_said_so_cannot_verify_it_even_as_coordinator():
    finding, agent, repairer, steward = FindingFactory(state=State.SENT), service_agent(), UserFactory(), coordinator()
    change_state(
        finding=finding,
        state=State.SAID_FIXED,
        role=Role.SERVICE,
        actor=steward,
        now=NOW,
        fixed_in="4.3",
        fixed_by=repairer,
    )
    finding = change_state(finding=finding, state=State.TO_TEST, role=Role.TEAM, actor=steward, now=NOW)
    for person in (steward, repairer, agent):
        with pytest.raises(RetestRefused):
            try_again(finding, person)
    assert not Retest.objects.exists()
    made = try_again(finding, finding.trial.tester)
    assert (made.said_fixed_by, made.fixed_by) == (steward, repairer)
    assert finding.state == State.VERIFIED


def test_a_failing_one_reopens_it_and_counts_and_a_regression_moves_the_days():
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


def test_a_new_trial_sent_twice_is_there_once_and_nobody_takes_the_key_of_another():
    finding, person, key = FindingFactory(state=State.TO_TEST), UserFactory(), uuid.uuid4()
    assert try_again(finding, person, key=key) == try_again(finding, person, key=key)
    with pytest.raises(PermissionDenied):
        try_again(finding, key=key)


def test_a_new_trial_is_of_a_day_since_the_last_change():
    finding = FindingFactory(state=State.TO_TEST, created_at=NOW - 3 * DAY)
    for wrong in (TODAY - 4 * DAY, TODAY + DAY):
        with pytest.raises(RetestDayOutOfRange):
            try_again(finding, tested_on=wrong)
    with pytest.raises(FindingMoved):
        try_again(FindingFactory(state=State.SAID_FIXED))


def test_nobody_tries_again_what_they_may_not_read():
    finding = FindingFactory(state=State.TO_TEST, is_sensitive=True)
    for person in (UserFactory(), finding.trial.tester):
        with pytest.raises(PermissionDenied):
            try_again(finding, person)
    try_again(finding, coordinator())
    assert finding.state == State.VERIFIED
    assert not Message.objects.exists()
