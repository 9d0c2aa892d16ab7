"""Mails about findings: one per service and batch, one per person and day, without sensitive content."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from accounts.models import User
from common.shown import BY_PROGRAM
from fieldwork.errors import NoFindingPending
from fieldwork.models import Finding, FindingStep
from fieldwork.trials.notifications import FindingsMoved
from fieldwork.trials.services.news import notify_reporters
from fieldwork.trials.services.states import change_state, mark_sensitive, remind_services, send_to_city
from mailing.models import Message
from mailing.notifications import DropReason
from tests.fieldwork.trial_factories import FindingFactory, TrialFactory
from tests.fieldwork.trial_people import coordinator, service_agent
from tests.outbox import outbox

# 13:00 in Strasbourg; notifications are sent at 18:00.
NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.usefixtures("outbox")]

State, Role = Finding.State, FindingStep.Role
EVENING = dt.datetime(2026, 3, 10, 17, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def steward(db):
    return coordinator()


def reported_finding(**kwargs):
    return FindingFactory(state=State.REPORTED, created_at=NOW - DAY, **kwargs)


def move(finding, state, steward, role=Role.TEAM, now=NOW, **kwargs):
    return change_state(finding=finding, state=state, role=role, actor=steward, now=now, **kwargs, shown=BY_PROGRAM)


def rendered_mails(now):
    """Renders the planned mails: pairs of recipient and content, or the reason for not sending."""
    rows = list(Message.objects.filter(kind=FindingsMoved.kind).order_by("pk"))
    write = FindingsMoved.writer(rows, now=now)
    return [(row.to_email, write(row)) for row in rows]


def test_send_to_city_mails_each_service_once_and_returns_skipped_findings(steward):
    trial = TrialFactory()
    findings = [FindingFactory(trial=trial, what_happened=f"Canari {n}") for n in range(3)]
    other, unsendable = FindingFactory(), FindingFactory(trial=trial, state=State.REPORTED)
    sent, left_out = send_to_city(findings=[*findings, other, unsendable], actor=steward, now=NOW, shown=BY_PROGRAM)
    assert (len(sent), left_out) == (4, [unsendable])
    assert sorted(mail.to[0] for mail in outbox) == sorted(
        one.trial.campaign.answered_by.contact_email for one in (findings[0], other)
    )
    assert sum(mail.body.count("Canari") for mail in outbox) == 3


def test_finding_that_came_back_stays_in_the_list_and_is_sent_as_one_that_came_back(steward, client):
    finding = FindingFactory(what_happened="Canari", state=State.CAME_BACK, returns=1)
    client.force_login(service_agent())
    assert "Canari" in client.get(reverse("findings_to_answer:list")).text
    send_to_city(findings=[finding], actor=steward, now=NOW, shown=BY_PROGRAM)
    (mail,) = outbox
    assert mail.subject == "1 constat est revenu"
    assert "Il était annoncé corrigé, et il est revenu." in mail.body


def test_link_of_the_mail_opens_a_list_that_the_service_can_access(steward, client):
    finding = FindingFactory(what_happened="Canari")
    send_to_city(findings=[finding], actor=steward, now=NOW, shown=BY_PROGRAM)
    client.force_login(service_agent())
    (address,) = re.findall(r"/admin/\S+", outbox[0].body)
    assert "Canari" in client.get(address).content.decode()


def test_reminder_is_one_mail_per_service_and_day_and_is_in_the_history(steward):
    trial = TrialFactory()
    late, too = [FindingFactory(trial=trial, state=State.SENT, created_at=NOW - 90 * DAY) for _n in range(2)]
    fixed = FindingFactory(trial=trial, state=State.SAID_FIXED)
    reminded, left_out = remind_services(
        findings=[late, too, fixed], actor=steward, now=NOW, message="Merci d’avance", shown=BY_PROGRAM
    )
    assert (reminded, left_out) == ([late, too], [fixed])
    (mail,) = outbox
    assert "Merci d’avance" in mail.body
    assert late.steps.filter(kind=FindingStep.Kind.REMINDER).count() == 1
    assert remind_services(findings=[late], actor=steward, now=NOW, shown=BY_PROGRAM) == ([], [late])
    assert len(outbox) == 1
    with pytest.raises(NoFindingPending):
        remind_services(findings=[fixed], actor=steward, now=NOW, shown=BY_PROGRAM)


def test_mail_to_service_contains_only_the_number_of_a_sensitive_finding(steward):
    secret = FindingFactory(what_happened="Canari secret", is_sensitive=True)
    send_to_city(findings=[secret], actor=steward, now=NOW, shown=BY_PROGRAM)
    remind_services(findings=[secret], actor=steward, now=NOW, shown=BY_PROGRAM)
    assert len(outbox) == 2
    assert not any("Canari" in mail.body + mail.alternatives[0][0] for mail in outbox)
    assert all(f"n° {secret.pk}" in mail.body.replace("\xa0", " ") for mail in outbox)


def test_tester_gets_one_mail_per_day_with_the_last_step_of_each_finding(steward):
    trial = TrialFactory()
    first, second = (
        reported_finding(trial=trial, what_happened="Canari un"),
        reported_finding(trial=trial, what_happened="Canari deux"),
    )
    move(first, State.CONFIRMED, steward)
    move(first, State.SENT, steward)
    move(second, State.DISMISSED, steward, reason="Ce n’est pas ce service.")
    assert notify_reporters(now=EVENING - dt.timedelta(seconds=1)) == 0
    assert notify_reporters(now=EVENING) == 1
    assert notify_reporters(now=EVENING) == 0
    ((to, mail),) = rendered_mails(EVENING)
    assert "Il a été transmis à la ville" in mail.text
    assert to == trial.tester.email
    for words in ("Canari un", "Canari deux", "Ce n’est pas ce service."):
        assert mail.text.count(words) == 1
    # The next day's mail contains only later changes.
    move(first, State.SAID_FIXED, steward, role=Role.SERVICE, fixed_in="4.3", now=EVENING + DAY / 2)
    assert notify_reporters(now=EVENING + DAY) == 1
    _first, (_to, mail) = rendered_mails(EVENING + DAY)
    assert "Canari un" in mail.text
    assert "Canari deux" not in mail.text


def test_tester_of_a_duplicate_is_notified_of_changes_of_the_original(steward):
    original, double = (
        FindingFactory(state=State.SENT, created_at=NOW - DAY),
        reported_finding(what_happened="Canari double"),
    )
    move(double, State.DUPLICATE, steward, original=original)
    notify_reporters(now=EVENING)
    move(original, State.SAID_FIXED, steward, role=Role.SERVICE, fixed_in="4.3", now=EVENING + DAY / 2)
    notify_reporters(now=EVENING + DAY)
    mails = [mail for to, mail in rendered_mails(EVENING + DAY) if to == double.trial.tester.email]
    assert len(mails) == 2
    for mail in mails:
        assert "Canari double" in mail.text
        assert f"n° {original.pk}" in mail.text.replace("\xa0", " ")
    assert "4.3" in mails[1].text


def test_testers_are_not_notified_of_their_own_changes(steward):
    move(reported_finding(trial=TrialFactory(tester=steward)), State.CONFIRMED, steward)
    assert notify_reporters(now=EVENING) == 0


def test_finding_marked_sensitive_is_left_out_of_mails_already_planned(steward):
    trial = TrialFactory()
    marked, secret = reported_finding(trial=trial, what_happened="Canari marqué"), reported_finding(is_sensitive=True)
    other = reported_finding(trial=trial, what_happened="Moineau")
    alone = reported_finding(what_happened="Canari seul")
    for finding in (marked, secret, other, alone):
        move(finding, State.CONFIRMED, steward)
    assert notify_reporters(now=EVENING) == 2
    for finding in (marked, alone):
        mark_sensitive(finding=finding, is_sensitive=True, actor=steward, now=EVENING, shown=BY_PROGRAM)
    mails = dict(rendered_mails(EVENING))
    mail, dropped = mails[trial.tester.email], mails[alone.trial.tester.email]
    assert "Moineau" in mail.text
    assert "Canari" not in mail.text + mail.html + mail.subject
    assert isinstance(dropped, DropReason)


def test_tester_of_a_duplicate_is_not_notified_of_a_sensitive_original(steward):
    original, double = FindingFactory(state=State.SENT, created_at=NOW - DAY, is_sensitive=True), reported_finding()
    move(double, State.DUPLICATE, steward, original=original)
    notify_reporters(now=EVENING)
    move(original, State.SAID_FIXED, steward, role=Role.SERVICE, fixed_in="Canari 4", now=EVENING + DAY / 2)
    assert notify_reporters(now=EVENING + DAY) == 0


def test_deleted_account_is_not_notified_and_its_finding_remains(steward):
    finding = reported_finding()
    move(finding, State.CONFIRMED, steward)
    notify_reporters(now=EVENING)
    User.objects.get(pk=finding.trial.tester_id).delete()
    assert not Message.objects.filter(state=Message.State.PENDING).exists()
    assert Finding.objects.get(pk=finding.pk).trial.tester is None
    assert notify_reporters(now=EVENING + DAY) == 0
