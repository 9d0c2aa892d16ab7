"""Undelivered convocations: a task lists the members to be contacted, until somebody has done so."""

import uuid

import pytest
from django.urls import reverse

from committee.admin.dashboard import NextSessionPanel
from committee.convocations.queries.calls import pending_steps
from committee.convocations.queries.deliveries import NOT_ARRIVED, dedupe_key_of
from committee.convocations.services import convene
from committee.models import Convocation
from common.shown import BY_PROGRAM
from mailing.models import Message
from tests.committee.minutes import DAY, NOW, held, signed_in
from tests.factories import MandateFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


def send(session, sender):
    return convene(
        session=session, words="", online_link="", sender=sender, key=uuid.uuid4(), shown=BY_PROGRAM, now=NOW
    )


def mails(convocation, *members):
    return Message.objects.filter(dedupe_key__in=[dedupe_key_of(convocation, one) for one in members])


def undelivered_tasks(user, now=NOW):
    """Returns the tasks about undelivered mails: text, names, link."""
    tasks = [task for task in NextSessionPanel(user, now).work().tasks if "n’est pas arrivé" in task.title]
    return [(task.title.replace("\u00a0", " "), task.note.replace("\u00a0", " "), task.url) for task in tasks]


def test_an_unreached_member_is_listed_until_informed(editor_of, django_assert_max_num_queries):
    secretary = editor_of("Secrétariat")
    odile, nora, _paul = (
        MandateFactory(member__name=name, member__user=user, member__private_phone=phone).member
        for name, user, phone in (
            ("Odile", UserFactory(), "06 12 34 56 78"),
            ("Nora", UserFactory(), ""),
            ("Paul", None, ""),
        )
    )
    session = held(-7, title="Les démarches")
    sent = send(session, secretary)
    page = reverse("convocations:sent", args=[sent.pk])
    assert undelivered_tasks(secretary) == []
    for state in set(Message.State) - {*Message.HELD_BY_A_WORKER}:
        mails(sent, odile).update(state=state)
        assert bool(undelivered_tasks(secretary)) is (state in NOT_ARRIVED), state
    mails(sent, odile, nora).update(state=Message.State.BOUNCED)
    with django_assert_max_num_queries(7):
        list(pending_steps(NOW))
    title = "Appeler 2 personnes, ou leur écrire : l’e-mail sur la séance du 1er décembre 2026 n’est pas arrivé"
    assert undelivered_tasks(secretary) == [(title, "Nora, Odile (06 12 34 56 78)", page)]
    assert undelivered_tasks(secretary, session.starts_at + DAY) == []
    client = signed_in(secretary)
    text = client.get(page).content.decode()
    assert text.count("Prévenu autrement") == 2
    assert f"{reverse('convocations:paper', args=[session.pk])}?membre={odile.pk}" in text
    assert "C’est noté" in client.post(page, {"membre": odile.pk}, follow=True).content.decode()
    assert [note for _words, note, _url in undelivered_tasks(secretary)] == ["Nora"]
    assert "pas arrivé\u00a0: prévenu autrement" in client.get(page).content.decode()
    # The convocation that replaces the first reaches her.
    session.place = "Salle 12"
    session.save_revision().publish()
    send(session, secretary)
    assert undelivered_tasks(secretary) == []
    assert Convocation.objects.count() == 2


def test_a_reached_member_cannot_be_marked_as_informed(editor_of):
    secretary = editor_of("Secrétariat")
    odile = MandateFactory(member__user=UserFactory()).member
    sent = send(held(-7), secretary)
    mails(sent, odile).update(state=Message.State.SENT)
    client, page = signed_in(secretary), reverse("convocations:sent", args=[sent.pk])
    for member in (odile.pk, "", "x"):
        assert client.post(page, {"membre": member}).status_code == 302
    assert sent.convened.get().by_mail
