"""Messages of the office to committee members: recipients, sent once regardless of digest settings; on paper."""

import email
import email.policy

import pytest
from wagtail.test.utils.form_data import nested_form_data, streamfield

from cms.models import SiteConfiguration
from committee.attendance.services.absences import announce_absence
from committee.models import Mandate
from common.shown import BY_PROGRAM
from digests.errors import NewsletterRefused
from digests.models import AddressedMember, Newsletter
from digests.notifications.member_message import MemberMessage
from digests.queries.audience import members_of
from digests.queries.member_messages import deliveries
from digests.services import previews
from digests.services.newsletters import plan_newsletters, schedule
from digests.services.subscriptions import stop
from mailing.drain import drain
from mailing.models import Message
from mailing.services import ERASED_EMAIL
from tests.bulk import confirm
from tests.digests.factories import DAY, SLOT, SubscriberFactory
from tests.digests.test_newsletters import part, write
from tests.factories import MandateFactory, SeatFactory, SessionPageFactory, UserFactory
from tests.mailing.fakes import FakeTransport

Audience, Group, Status, Role = Newsletter.Audience, Newsletter.Group, Newsletter.Status, Mandate.Role
NOW = SLOT + DAY
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
BASE = "/admin/messages-aux-lecteurs"


def message(group=Group.ALL, **fields):
    return write(audience=Audience.MEMBERS, group=group, **fields)


def member(name, *, account=True, **mandate):
    user = {"member__user": UserFactory()} if account else {}
    return MandateFactory(member__name=name, **user, **mandate).member


def names(newsletter):
    return [one.name for one in members_of(newsletter, now=NOW)]


def sent():
    """Sends the pending mails; returns them as pairs of recipient and mail."""
    transport = FakeTransport()
    drain(max_seconds=60, clock=lambda: NOW, transport=transport)
    return [(to, email.message_from_bytes(raw, policy=email.policy.default)) for to, raw in transport.taken]


@pytest.fixture
def session():
    return SessionPageFactory(starts_at=NOW + 7 * DAY)


@pytest.fixture
def secretariat(editor_of):
    return editor_of("Secrétariat")


def test_recipients_of_each_group(session):
    youth = SeatFactory(name="Jeunes, siège 1", college="Jeunes")
    absent = member("Absente", seat=youth)
    member("Appelée", seat=youth, role=Role.SUBSTITUTE)
    holder = member("Titulaire")
    member("En réserve", seat=holder.mandates.get().seat, role=Role.SUBSTITUTE)
    paper = member("Sur papier", account=False)
    paper.college = "Jeunes"
    paper.save()
    member("Demain", starts_on=NOW.date() + 30 * DAY)
    member("Hier", ends_on=NOW.date() - 2 * DAY)
    announce_absence(session=session, member=absent, by=absent.user, now=NOW)
    everybody = ["Absente", "Appelée", "Demain", "En réserve", "Sur papier", "Titulaire"]
    assert {
        "all": names(message()),
        "college": names(message(Group.COLLEGE, college="Jeunes")),
        "expected": names(message(Group.EXPECTED, session=session)),
        "silent": names(message(Group.SILENT, session=session)),
        # The page of the session was deleted: no recipients, rather than everybody.
        "gone": names(message(Group.EXPECTED)),
    } == {
        "all": everybody,
        "college": ["Absente", "Appelée", "Sur papier"],
        "expected": ["Appelée", "Sur papier", "Titulaire"],
        "silent": ["Appelée", "En réserve", "Sur papier", "Titulaire"],
        "gone": [],
    }


def test_members_get_one_mail_whatever_their_digest_settings(secretariat):
    never, stopped, former = (member(name) for name in ("Jamais", "Stop", "Partie"))
    member("Sur papier", account=False)
    SubscriberFactory()
    reader = SubscriberFactory(user=stopped.user, email=stopped.user.email)
    newsletter = schedule(newsletter=message(), actor=secretariat, shown=BY_PROGRAM, now=NOW)
    assert plan_newsletters(now=NOW) == 3
    # Status lost, as when a planner is killed: no recipient gets it twice.
    Newsletter.objects.update(status=Status.SCHEDULED)
    plan_newsletters(now=NOW)
    stop(subscriber=reader, channel="mail", now=NOW)
    former.mandates.update(ends_on=NOW.date() - DAY)
    mails = sent()
    assert sorted(to for to, _mail in mails) == sorted([never.user.email, stopped.user.email])
    for _to, mail in mails:
        assert SiteConfiguration.load().contact_email in mail["Reply-To"]
        assert mail["List-Unsubscribe"] is None
        for kind in ("plain", "html"):
            assert "vous êtes membre du comité" in part(mail, kind)
            assert "desinscription" not in part(mail, kind)
    newsletter.refresh_from_db()
    assert (newsletter.sent_by, newsletter.recipient_count) == (secretariat, 3)
    assert newsletter.batch.kind == "newsletter.members"
    assert [(one.member.name, state.replace("\u00a0", " ")) for one, state in deliveries(newsletter)] == [
        ("Jamais", "Envoyé"),
        ("Partie", "Annulée"),
        ("Stop", "Envoyé"),
        ("Sur papier", "Sans compte : à appeler ou à prévenir par courrier"),
    ]


def test_group_without_email_addresses_is_refused(secretariat):
    member("Sur papier", account=False)
    for newsletter, message_text in ((message(), "Imprimez la lettre"), (message(Group.EXPECTED), "aucun membre")):
        with pytest.raises(NewsletterRefused, match=message_text):
            schedule(newsletter=newsletter, actor=secretariat, shown=BY_PROGRAM, now=NOW)
    assert not AddressedMember.objects.exists()


def test_pending_mail_is_cancelled_and_loses_its_address_with_the_account(secretariat):
    one = member("Partie")
    schedule(newsletter=message(), actor=secretariat, shown=BY_PROGRAM, now=NOW)
    plan_newsletters(now=NOW)
    one.user.delete()
    row = Message.objects.get(kind=MemberMessage.kind)
    assert (row.state, row.to_email) == (Message.State.CANCELLED, ERASED_EMAIL)


def test_mail_equals_its_preview(secretariat):
    one = member("Odile")
    newsletter = schedule(newsletter=message(), actor=secretariat, shown=BY_PROGRAM, now=NOW)
    plan_newsletters(now=NOW)
    [(to, mail)] = sent()
    assert to == one.user.email
    content = previews.for_newsletter(newsletter).content
    for kind, text in (("plain", content.text), ("html", content.html)):
        assert part(mail, kind).replace("\r\n", "\n").strip() == text.strip()


def test_query_count_of_a_slice_is_constant(secretariat, django_assert_num_queries):
    for number in range(6):
        member(f"Membre {number}")
    schedule(newsletter=message(), actor=secretariat, shown=BY_PROGRAM, now=NOW)
    plan_newsletters(now=NOW)
    rows = list(Message.objects.all())
    for some in (rows[:2], rows):
        with django_assert_num_queries(2):
            MemberMessage.writer(some, now=NOW)


class TestScreens:
    def data(self, **fields):
        body = streamfield([("text", "Bonjour.")])
        chosen = {"audience": "members", "group": "all", "college": "", "session": ""}
        return nested_form_data({"subject": "Un message", "body": body, **chosen} | fields)

    def test_secretariat_writes_previews_sends_and_prints_a_message(self, client, secretariat):
        member("Odile"), member("Paul", account=False)
        client.force_login(secretariat)
        form = client.get(f"{BASE}/add/").content.decode()
        assert "Tous les membres" in form
        assert "Toutes les personnes abonnées" not in form
        preview = client.post(f"{BASE}/add/", self.data()).url
        newsletter = Newsletter.objects.get()
        assert preview == f"{BASE}/apercu/{newsletter.pk}/"
        assert "vous êtes membre du comité" in client.get(preview).content.decode()
        send, letters = (f"{BASE}/{at}/{newsletter.pk}/" for at in ("envoyer", "lettres"))
        page = client.get(send).content.decode()
        assert "1 personne le reçoit" in page
        assert "Odile" in page
        assert f'href="{letters}"' in page
        for _time in ("before", "after"):
            printed = client.get(letters)
            assert [one.name for one in printed.context["members"]] == ["Paul"]
            assert "Bonjour." in printed.content.decode()
            confirm(client, send, {"act": "now"})
            plan_newsletters(now=NOW)
        # The group has changed since; the recipients of the message have not.
        member("Nouvelle", account=False)
        assert [one.name for one in client.get(letters).context["members"]] == ["Paul"]
        register = client.get(f"{BASE}/inspect/{newsletter.pk}/").content.decode()
        assert "à prévenir par courrier" in register
        assert str(secretariat) in register
        assert Message.objects.get().to_email not in register

    def test_each_group_accesses_messages_to_its_own_audience_only(self, client, editor_of):
        to_members, to_readers = message(), write()
        addresses = ("edit", "inspect", "apercu", "envoyer", "delete", "history")
        access = {}
        for group in ("Secrétariat", "Rédaction", "Animation"):
            client.force_login(editor_of(group))
            listed = client.get(f"{BASE}/").content.decode()
            for name, one in (("members", to_members), ("readers", to_readers)):
                opened = {at for at in addresses if client.get(f"{BASE}/{at}/{one.pk}/").status_code == 200}
                access[group, name] = (f"{BASE}/edit/{one.pk}/" in listed, opened)
        everything, nothing = (True, set(addresses)), (False, set())
        assert access == {
            ("Secrétariat", "members"): everything,
            ("Secrétariat", "readers"): nothing,
            ("Rédaction", "members"): nothing,
            ("Rédaction", "readers"): (True, set(addresses) - {"envoyer"}),
            ("Animation", "members"): everything,
            ("Animation", "readers"): everything,
        }

    def test_form_rejects_an_audience_that_it_does_not_offer(self, client, editor_of):
        for group, audience in (("Secrétariat", "readers"), ("Rédaction", "members")):
            client.force_login(editor_of(group))
            answer = client.post(f"{BASE}/add/", self.data(audience=audience))
            assert "audience" in answer.context["form"].errors, group
        assert not Newsletter.objects.exists()

    def test_college_and_session_are_required_for_their_groups(self, client, secretariat, session):
        member("Odile", seat=SeatFactory(college="Jeunes"))
        client.force_login(secretariat)
        for group, field, value in (("college", "college", "Jeunes"), ("expected", "session", session.pk)):
            answer = client.post(f"{BASE}/add/", self.data(group=group))
            assert field in answer.context["form"].errors
            assert client.post(f"{BASE}/add/", self.data(group=group, **{field: value})).status_code == 302
        labels = [one.recipients_label for one in Newsletter.objects.order_by("pk")]
        assert labels[0].endswith("Jeunes")
        assert labels[1].endswith("2026")
