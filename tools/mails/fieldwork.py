"""Acts of field work: mails to testers, services and the team about findings, and to members about outings."""

import uuid
from datetime import timedelta
from typing import Any

from common.shown import BY_PROGRAM
from fieldwork.models import CampaignPage, Finding, FindingStep, Outing, Scenario, SurveyPage, TrialIndexPage
from fieldwork.trials.services.news import notify_reporters
from fieldwork.trials.services.reports import FindingInput, TrialInput, report_trial
from fieldwork.trials.services.states import change_state, remind_services, send_to_city
from fieldwork.volunteers.services import cancel_outing, recall_outings, set_volunteering
from mailing.hooks import contact_address
from participation.models import CityService
from tools.mails.stage import Stage

State, Role = Finding.State, FindingStep.Role


def finding_moved(stage: Stage) -> str:
    """Changes the state of one finding."""
    (finding,) = _reported(stage, "Le bouton « Suivant » reste gris.")
    _move(stage, finding, State.CONFIRMED)
    return _notify_reporters(stage)


def findings_moved(stage: Stage) -> str:
    """Changes the state of several findings: one mail lists them all."""
    first, second, double = _reported(
        stage, "Le bouton « Suivant » reste gris.", "L’horaire du samedi manque.", "La page revient au début."
    )
    for finding in (first, second):
        _move(stage, finding, State.CONFIRMED)
        _move(stage, finding, State.SENT)
    _move(stage, first, State.SAID_FIXED, Role.SERVICE, fixed_in="version 4.3", reason="Le bouton réagit de nouveau.")
    _move(stage, first, State.TO_TEST)
    _move(stage, second, State.WILL_NOT_FIX, Role.SERVICE, reason="La page ferme en mai. L’horaire est à l’accueil.")
    _move(stage, double, State.DUPLICATE, original=first)
    return _notify_reporters(stage)


def findings_sent(stage: Stage) -> str:
    """Sends a batch of findings to a service; one of them is sensitive."""
    findings = _reported(stage, "Le bouton « Suivant » reste gris.", "Un dossier s’ouvre.", is_sensitive=True)
    for finding in findings:
        _move(stage, finding, State.CONFIRMED)
    send_to_city(findings=findings, actor=stage.user("animation"), now=stage.now, shown=BY_PROGRAM)
    return _service().contact_email


def findings_reminded(stage: Stage) -> str:
    """Reminds a service after the due date."""
    findings = _reported(stage, "Le bouton « Suivant » reste gris.")
    for finding in findings:
        _move(stage, finding, State.CONFIRMED)
        _move(stage, finding, State.SENT)
    Finding.objects.filter(pk__in=[finding.pk for finding in findings]).update(answer_due_on=stage.ago(8).date())
    message = "Le comité en parle jeudi. Une réponse, même courte, nous aiderait."
    remind_services(findings=findings, actor=stage.user("animation"), now=stage.now, message=message, shown=BY_PROGRAM)
    return _service().contact_email


def sensitive_finding(stage: Stage) -> str:
    """Reports a sensitive finding: a tester saw the data of another person."""
    _reported(stage, "Le dossier d’une autre personne s’ouvre.", days=0, is_sensitive=True)
    return contact_address()


def outing_recalled(stage: Stage) -> str:
    """Reminds a participant of an outing."""
    _outing(stage)
    recall_outings(now=stage.now)
    return stage.user("membre").email


def outing_cancelled(stage: Stage) -> str:
    """Cancels an outing with a participant."""
    reason = "Le marché est déplacé ce jour-là."
    cancel_outing(outing=_outing(stage), reason=reason, by=stage.user("animation"), now=stage.now)
    return stage.user("membre").email


def _service() -> CityService:
    return CityService.objects.order_by("pk")[0]


def _outing(stage: Stage) -> Outing:
    """Returns an outing of today with a member as participant."""
    starts_at = stage.now + timedelta(hours=3)
    outing = Outing.objects.create(
        survey=SurveyPage.objects.published().order_by("pk")[0],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        place="Marché de la gare",
        meeting_point="Devant la médiathèque",
    )
    set_volunteering(user=stage.user("membre"), thing=outing, is_wanted=True, now=stage.ago(1))
    return outing


def _reported(stage: Stage, *texts: str, days: int = 2, is_sensitive: bool = False) -> list[Finding]:
    """Returns findings of one tester in a campaign, made `days` ago; the last one is sensitive if `is_sensitive`."""
    today = stage.now.date()
    campaign = TrialIndexPage.objects.get().add_child(
        instance=CampaignPage(
            title="S’inscrire à la cantine",
            service_name="service-public.fr",
            service_url="https://www.service-public.fr/",
            starts_on=today - timedelta(days=20),
            ends_on=today + timedelta(days=20),
            answered_by=_service(),
        )
    )
    scenario = Scenario.objects.create(
        campaign=campaign, goal="Inscrire un enfant", steps="Ouvrir la page.", expected="Un e-mail arrive."
    )
    trial = report_trial(
        tester=stage.user("nadia"),
        scenario=scenario,
        tried=TrialInput(device="telephone", outcome="abandon"),
        findings=[
            FindingInput(text, Finding.Severity.BLOCKS, is_sensitive=is_sensitive and text == texts[-1])
            for text in texts
        ],
        key=uuid.uuid4(),
        now=stage.ago(days),
    )
    return list(trial.findings.order_by("pk"))


def _move(
    stage: Stage, finding: Finding, state: Finding.State, role: FindingStep.Role = Role.TEAM, **words: Any
) -> None:
    """Moves a finding to `state`, a minute after its last step."""
    steps = FindingStep.objects.filter(finding=finding).count()
    actor, now = stage.user("animation"), stage.ago(2) + timedelta(minutes=steps)
    change_state(finding=finding, state=state, role=role, actor=actor, now=now, **words, shown=BY_PROGRAM)


def _notify_reporters(stage: Stage) -> str:
    notify_reporters(now=stage.now)
    return stage.user("nadia").email
