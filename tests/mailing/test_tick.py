"""The tick: idempotent, independent of failing jobs; and its register in the admin."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail import hooks

from mailing.hooks import ON_TICK, SLOW_JOBS, SlowJob
from mailing.models import Heartbeat, Message
from mailing.personal_data import MESSAGES_KEPT
from mailing.tasks import tick as tick_task
from mailing.ticking import tick
from tests.mailing.fakes import MINUTE, NOW, make_message

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]


def test_failing_job_does_not_stop_the_others(caplog):
    ran = []

    def good(now):
        ran.append(now)
        return "1 good"

    with (
        hooks.register_temporarily(ON_TICK, lambda now: 1 / 0, order=-1),
        hooks.register_temporarily(ON_TICK, good),
    ):
        done = tick(now=NOW)
    assert ran == [NOW]
    assert "1 good" in str(done)
    assert "failed" in str(done)
    assert "ZeroDivisionError" in caplog.text


def test_tick_updates_the_heartbeat_and_reports_pending_mails():
    assert tick(now=NOW).due is False
    make_message()
    assert tick(now=NOW + MINUTE).due is True
    assert Heartbeat.objects.get(name="tick").at == NOW + MINUTE


def test_messages_are_deleted_after_a_year():
    old = make_message(now=NOW - MESSAGES_KEPT - MINUTE)
    make_message()
    tick(now=NOW)  # the old one expires, and is purged
    assert not Message.objects.filter(pk=old.pk).exists()
    assert Message.objects.count() == 1


def test_command_sends_pending_mails_and_prints_one_line(settings, tmp_path, capsys):
    settings.MAILBOX_DIR = tmp_path
    settings.MAILING_TRANSPORT = "mailing.transports.MailboxTransport"
    make_message(now=timezone.now())
    call_command("tick")
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert "1 sent" in out
    call_command("tick")
    assert "nothing due" in capsys.readouterr().out
    assert len(list(tmp_path.glob("*.eml"))) == 1


def test_slow_jobs_run_in_their_own_task(monkeypatch, capsys):
    rung, worked = [], []
    monkeypatch.setattr("mailing.tasks.ring", lambda *task: rung.append(task))
    idle = SlowJob(task="idle", is_due=lambda now: False, work=lambda max_seconds: worked.append("idle") or "")
    busy = SlowJob(
        task="busy", is_due=lambda now: True, work=lambda max_seconds: worked.append(max_seconds) or "3 read"
    )
    with hooks.register_temporarily(SLOW_JOBS, lambda: idle), hooks.register_temporarily(SLOW_JOBS, lambda: busy):
        tick_task()
        assert (("busy",) in rung, ("idle",) in rung, worked) == (True, False, [])
        call_command("tick")
        assert worked == ["idle", 20]
        assert "3 read" in capsys.readouterr().out


def test_option_at_is_for_the_demonstration_only(settings, tmp_path):
    settings.MAILBOX_DIR = None
    with pytest.raises(CommandError, match="demonstration"):
        call_command("tick", at="2026-11-30T07:05")
    settings.MAILBOX_DIR = tmp_path
    with pytest.raises(CommandError, match="a date and a time"):
        call_command("tick", at="Monday")
    call_command("tick", at="2026-11-30T07:05")
    assert Heartbeat.objects.get(name="tick").at == dt.datetime(2026, 11, 30, 6, 5, tzinfo=dt.UTC)


def test_coordinators_can_only_read_mails_and_see_no_content(client, editor_of):
    message = make_message(subject="Sujet secret", text="Corps secret")
    client.force_login(editor_of("Animation"))
    listing = client.get("/admin/envois/")
    assert listing.status_code == 200
    assert message.to_email in listing.content.decode()
    detail = client.get(f"/admin/envois/inspect/{message.pk}/")
    assert detail.status_code == 200
    assert message.message_id.strip("<>") in detail.content.decode()
    assert "secret" not in detail.content.decode()
    assert client.get("/admin/envois/", {"q": "nobody@"}).content.decode().count(message.to_email) == 0
    for address in ("create/", f"edit/{message.pk}/", f"delete/{message.pk}/"):
        assert client.get(f"/admin/envois/{address}").status_code in (302, 403, 404)


@pytest.mark.parametrize("group", ["Rédaction", "Modération", "Secrétariat"])
def test_list_of_mails_is_refused_to_other_groups(client, editor_of, group):
    client.force_login(editor_of(group))
    assert client.get("/admin/envois/").status_code in (302, 403)
