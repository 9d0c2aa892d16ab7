"""Test campaigns with their trials, and findings in each state: sensitive or not, and in a hidden campaign."""

import uuid

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from fieldwork.models import (
    CampaignPage,
    DraftPicture,
    Finding,
    FindingStep,
    Retest,
    Scenario,
    Trial,
    TrialDraft,
    TrialIndexPage,
)
from participation.models import CityService
from tests.visibility.pages import DAY, publish
from tests.visibility.words import FIRST, Canaries

State = Finding.State
RETESTED = {State.VERIFIED: Retest.Outcome.WORKS, State.CAME_BACK: Retest.Outcome.STILL_THERE}


def make_trials(canaries: Canaries, people: dict[str, User]) -> None:
    """Creates a campaign in each state; the author tested the published ones and has a finding in each state."""
    scenarios = {state: _campaign(canaries, state) for state in ("draft", "restricted", "live")}
    tried = {"device": "telephone", "outcome": "seul", "tried_on": timezone.localdate(), "created_at": timezone.now()}
    desk = {"agent": people["desk"], "origin": "papier"}
    canaries.make(Trial, "desk", scenario=scenarios["live"], assistive_technology="voix", **desk, **tried)
    trials = {
        state: canaries.make(Trial, state, scenario=scenarios[state], tester=people["author"], **tried)
        for state in ("restricted", "live")
    }
    for value in State:
        _finding(canaries, value, trials["live"], value, people)
        _finding(canaries, f"sensitive-{value}", trials["live"], value, people)
    for value in (State.CONFIRMED, State.SENT):
        _finding(canaries, f"restricted-{value}", trials["restricted"], value, people)
    _draft(canaries, scenarios["live"], people["author"])


def _campaign(canaries: Canaries, state: str) -> Scenario:
    today = timezone.localdate()
    values = {"starts_on": today - 9 * DAY, "ends_on": today + 9 * DAY, "answered_by": CityService.objects.get()}
    slug = f"page-campaignpage-{state}"
    page = canaries.fill(CampaignPage, state, slug=slug, live=state != "draft", **values)
    page.draft_title = page.title
    TrialIndexPage.objects.get().add_child(instance=page)
    scenario: Scenario = canaries.make(Scenario, state, campaign=page)
    publish(canaries, CampaignPage.objects.get(pk=page.pk), state)
    return scenario


def _finding(canaries: Canaries, named: str, trial: Trial, state: State, people: dict[str, User]) -> None:
    """Creates a finding with the fields its state requires, a picture, its last step, and a new trial if it had one."""
    now, team = timezone.now(), people["organiser"]
    values = {"trial": trial, "state": state, "severity": "bloque", "is_sensitive": named.startswith("sensitive")}
    values |= {"created_at": now - 9 * DAY, "state_changed_at": now, "picture_width": 20, "picture_height": 20}
    if state in Finding.SENT_STATES:
        sent = {"sent_at": now - 5 * DAY, "answer_due_on": timezone.localdate() + 9 * DAY}
        values |= {"service": CityService.objects.get(), "said_fixed_by": people["service"], **sent}
    if state == State.VERIFIED:
        values["verified_at"] = now
    if state == State.DUPLICATE:
        values["duplicate_of_id"] = canaries.keys[f"finding.{named.replace(state, State.CONFIRMED)}.expected"]
    finding = canaries.fill(Finding, named, **values)
    finding.picture = ContentFile(canaries.word(f"finding.{named}.picture", finding.pk).encode(), name="image.jpg")
    finding.save(force_insert=True)
    retest = None
    if outcome := RETESTED.get(state):
        tried = {"tester": people["resident"], "tested_on": timezone.localdate(), "created_at": now}
        retest = canaries.make(Retest, named, finding=finding, outcome=outcome, **tried)
    if state != State.REPORTED:
        common = {"at": now, "from_state": State.REPORTED, "to_state": state, "role": "equipe", "actor": team}
        canaries.make(FindingStep, named, finding=finding, retest=retest, **common)


def _draft(canaries: Canaries, scenario: Scenario, author: User) -> None:
    now, comment = timezone.now(), f"Zephir {canaries.word('trialdraft.own.told', FIRST)}"
    own = {"scenario": scenario, "author": author, "created_at": now, "updated_at": now}
    draft = TrialDraft.objects.create(key=uuid.UUID(int=1), told={"trial": {"comment": comment}, "findings": []}, **own)
    picture = ContentFile(canaries.word("draftpicture.own.file", FIRST).encode(), name="image.jpg")
    DraftPicture.objects.create(key=uuid.UUID(int=2), draft=draft, file=picture, width=20, height=20, created_at=now)
