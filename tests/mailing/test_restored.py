"""Mails of a restored database: held, then released or cancelled by a user; never sent twice automatically."""

import pytest
from wagtail.models import ModelLogEntry

from common.shown import BY_PROGRAM
from mailing import queue, releases, restored
from mailing.models import Identity, Message
from mailing.services import cancel, supersede
from mailing.ticking import tick
from tests.bulk import confirm
from tests.mailing.fakes import MINUTE, NOW, FakeTransport, make_batch, make_message
from tests.mailing.test_drain import run, states

State = Message.State
pytestmark = pytest.mark.django_db
URL = "/admin/envois-actions/restauration/"


def test_pending_mails_are_held_and_final_ones_are_not():
    waiting, taken, sent = make_message(), make_message("paul@courriel.example"), make_message("zoe@courriel.example")
    Message.objects.filter(pk=sent.pk).update(state=State.SENT)
    queue.claim(now=NOW, limit=1)
    assert restored.hold_all(made_at=NOW) == 2
    assert states() == [State.RESTORED, State.RESTORED, State.SENT]
    assert {waiting.pk, taken.pk} == set(restored.held().values_list("pk", flat=True))
    transport = FakeTransport()
    run(transport, NOW + MINUTE)
    assert transport.taken == []


def test_planned_mails_are_held_and_personal_ones_are_not(monkeypatch):
    restored.hold_all(made_at=NOW)
    monkeypatch.setattr("mailing.ticking.tick_jobs", lambda: [lambda now: str(make_batch(1))])
    tick(now=NOW)
    make_message()
    assert states() == [State.RESTORED, State.PENDING]


def test_batches_are_not_held_without_a_restore(monkeypatch):
    monkeypatch.setattr("mailing.ticking.tick_jobs", lambda: [lambda now: str(make_batch(1))])
    tick(now=NOW)
    assert states() == [State.PENDING]


def test_expired_mail_is_not_released():
    make_message(), make_message("paul@courriel.example")
    Message.objects.filter(to_email="paul@courriel.example").update(expires_at=NOW + MINUTE)
    restored.hold_all(made_at=NOW)
    assert releases.release(kinds=["test"], shown=BY_PROGRAM, now=NOW + 2 * MINUTE, actor=None, reason="x") == 1
    assert states() == [State.PENDING, State.RESTORED]
    assert queue.expire(now=NOW + 2 * MINUTE) == 1
    assert states() == [State.PENDING, State.EXPIRED]


def test_held_mails_can_be_cancelled_and_superseded():
    make_message(), make_message("paul@courriel.example")
    restored.hold_all(made_at=NOW)
    assert cancel(messages=Message.objects.filter(to_email="paul@courriel.example"), reason="x") == 1
    assert supersede(messages=Message.objects.all()) == 1
    assert states() == [State.EXPIRED, State.CANCELLED]


def test_user_releases_or_cancels_held_mails_by_kind(animation, time_machine):
    time_machine.move_to(NOW, tick=False)
    batch = make_batch(2)
    make_message()
    restored.hold_all(made_at=NOW)
    page = animation.get(URL).content.decode()
    assert "(2)" in page
    assert "(1)" in page
    assert URL in animation.get("/admin/").content.decode()
    assert animation.post(URL, {"reason": "Rien de choisi."}).status_code == 422
    assert animation.post(URL, {"kinds": [batch.kind], "reason": "Ni l’un ni l’autre."}).status_code == 422
    assert set(states()) == {State.RESTORED}
    confirm(animation, URL, {"kinds": [batch.kind], "act": "give_up", "reason": "Partie lundi."})
    assert states() == [State.CANCELLED, State.CANCELLED, State.RESTORED]
    confirm(animation, URL, {"kinds": ["test"], "act": "release", "leaves_again": "on", "reason": "Pas partis."})
    assert states() == [State.CANCELLED, State.CANCELLED, State.PENDING]
    assert Identity.objects.get().restored_from is None
    noted = ModelLogEntry.objects.order_by("timestamp", "pk").values_list("action", "data__count", "data__reason")
    assert list(noted) == [
        ("mailing.give_up", 2, "Partie lundi."),
        ("mailing.release", 1, "Pas partis."),
        ("mailing.end_hold", 0, "Pas partis."),
    ]
    assert URL not in animation.get("/admin/").content.decode()


@pytest.mark.parametrize("group", ["Rédaction", "Secrétariat"])
def test_other_groups_cannot_release_held_mails(client, editor_of, group):
    make_message()
    restored.hold_all(made_at=NOW)
    client.force_login(editor_of(group))
    assert client.post(URL, {"kinds": ["test"], "act": "release", "reason": "x"}).status_code in (302, 403)
    assert states() == [State.RESTORED]
