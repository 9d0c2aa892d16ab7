"""A convocation leaves five minutes after the press, as it was read, unless it is cancelled or the session changes."""

import datetime as dt
import email
import email.policy
import html
import uuid

import pytest
from django.urls import reverse

from committee.convocations.services import convene, schedule
from committee.errors import ConvocationRefused
from committee.models import (
    AgendaItem,
    Convocation,
    ConvocationDraft,
    SessionPage,
)
from common.shown import BY_PROGRAM
from mailing.drain import drain
from mailing.ticking import tick
from tests.bulk import read_then_send
from tests.factories import MandateFactory, SessionPageFactory, UserFactory
from tests.mailing.fakes import FakeTransport

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.indexed]
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
LINK = "https://visio.example/comite"


@pytest.fixture
def session():
    page = SessionPageFactory(
        title="Les démarches", number=4, starts_at=NOW + 7 * DAY, place="Salle 32", access="Ascenseur"
    )
    AgendaItem.objects.create(session=page, title="Bilan <b>&", starts_at=dt.time(18), presenter="Karim B.")
    return page


def facts():
    return {
        "words": "Lisez avant.",
        "online_link": LINK,
        "sender": UserFactory(),
        "key": uuid.uuid4(),
        "shown": BY_PROGRAM,
        "now": NOW,
    }


class TestDeparture:
    """A convocation leaves five minutes after the press."""

    @pytest.fixture
    def address(self, client, editor_of, session):
        client.force_login(editor_of("Secrétariat"))
        return reverse("convocations:convene", args=[session.pk])

    @pytest.fixture
    def member(self):
        return MandateFactory(member__name="Odile", member__user=UserFactory()).member

    def mails(self, now):
        tick(now=now)
        transport = FakeTransport()
        drain(max_seconds=60, clock=lambda: now, transport=transport)
        return [email.message_from_bytes(data, policy=email.policy.default) for _to, data in transport.taken]

    def prepare(self, client, address, act="send"):
        data = {"key": str(uuid.uuid4()), "words": "Lisez avant.", "online_link": LINK}
        return read_then_send(client, address, data, act=act, follow=True)

    def tasks(self, client):
        page = client.get(reverse("wagtailadmin_home")).content.decode()
        return page.partition('id="prochaine-seance"')[2].partition("</section>")[0]

    def test_it_leaves_after_five_minutes_as_it_was_read(self, client, address, session, member):
        self.prepare(client, address)
        assert "Convoquer les membres à la séance" not in self.tasks(client)
        assert f'action="{address}"' in self.tasks(client)
        assert "Lisez avant." in client.get(address).content.decode()
        # Nobody is called yet.
        assert not Convocation.objects.exists()
        client.force_login(member.user)
        assert "Salle 32" not in client.get("/membres/convocations/").content.decode()
        assert self.mails(NOW + 4 * MINUTE) == []
        [mail] = self.mails(NOW + 5 * MINUTE)
        assert "Lisez avant." in mail.get_body(("plain",)).get_content()
        assert Convocation.objects.get().sent_by.groups.get().name == "Secrétariat"
        assert not ConvocationDraft.objects.exists()
        assert self.mails(NOW + 9 * MINUTE) == []

    def test_it_can_be_cancelled_until_it_has_left_and_keeps_its_words(self, client, address, member):
        self.prepare(client, address)
        page = client.post(address, {"act": "unschedule"}, follow=True)
        assert page.context["form"]["words"].value() == "Lisez avant."
        assert f'action="{address}"' not in self.tasks(client)
        assert self.mails(NOW + 5 * MINUTE) == []
        assert not Convocation.objects.exists()
        self.prepare(client, address)
        client.post(address, {"act": "leave"})
        assert len(self.mails(NOW)) == 1
        *_earlier, message = client.post(address, {"act": "unschedule"}, follow=True).context["messages"]
        assert message.level_tag == "error"
        assert Convocation.objects.count() == 1

    def test_a_change_of_the_session_stops_it_and_is_said(self, client, address, session, member):
        for change in ("agenda", "cancelled"):
            self.prepare(client, address)
            if change == "agenda":
                AgendaItem.objects.create(session=session, title="Un point de plus")
            else:
                SessionPage.objects.update(status=SessionPage.Status.CANCELLED)
            assert self.mails(NOW + 5 * MINUTE) == [], change
            assert not Convocation.objects.exists(), change
            draft = ConvocationDraft.objects.get()
            assert (draft.send_at, draft.words) == (None, "Lisez avant."), change
            for page in (self.tasks(client), client.get(address).content.decode()):
                assert draft.problem in html.unescape(page), change

    def test_another_message_about_the_session_waits_for_the_first(self, client, address, session, member):
        self.prepare(client, address)
        with pytest.raises(ConvocationRefused):
            convene(session=session, **facts())
        with pytest.raises(ConvocationRefused):
            schedule(session=session, send_at=NOW, **facts())
        # Pressed twice, or sent again by the browser: one departure.
        key = ConvocationDraft.objects.get().key
        assert schedule(session=session, send_at=NOW, **{**facts(), "key": key}).send_at == NOW + 5 * MINUTE
        assert len(self.mails(NOW + 5 * MINUTE)) == 1
        with pytest.raises(ConvocationRefused):
            schedule(session=session, send_at=NOW, **{**facts(), "key": key})
