"""Invitation of members without an account: permission, mails, assignment of the seat, deletion."""

import datetime as dt
import email
import email.policy
import re

import pytest
from django.db.models import Q
from django.urls import reverse
from wagtail.models import ModelLogEntry

from accounts.exports.personal_data import export_of
from accounts.models import User
from committee.errors import InvitationRefused
from committee.invitations.services import decline, forget_old_addresses, invite
from committee.models import AccountInvitation, Member
from committee.services.erasure import erase
from common.shown import BY_PROGRAM
from mailing.drain import drain
from mailing.models import Message
from tests.committee.minutes import signed_in
from tests.factories import MandateFactory, MemberFactory, SessionPageFactory, UserFactory
from tests.mailing.fakes import FakeTransport
from tests.races import run_together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
INVITE = reverse("account_invitations:index")
LIST = reverse("wagtailsnippets_committee_member:list")
ADDRESS = "odile@courriel.example"
INVITED = "Invitation du 24\N{NO-BREAK SPACE}novembre 2026"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def administrator():
    return UserFactory(is_staff=True, is_superuser=True, email="admin@comite.example")


@pytest.fixture
def odile():
    return MandateFactory(member__name="Odile").member


def send_invitation(member, by, email=ADDRESS, now=NOW):
    invite(invited=[(member, email)], by=by, now=now)
    return AccountInvitation.objects.get(member=member)


def outbox_rows(address=ADDRESS):
    """Returns the rows of the outbox with `address`."""
    return Message.objects.filter(Q(to_email=address) | Q(dedupe_key__contains=address))


def texts(now=NOW):
    """Returns the text part of each mail sent now, by address."""
    transport = FakeTransport()
    drain(max_seconds=600, clock=lambda: now, transport=transport)
    return {to: text_of(data) for to, data in transport.taken}


def text_of(data):
    return (
        email.message_from_bytes(data, policy=email.policy.default)
        .get_body(("plain",))
        .get_content()
        .replace("\r\n", "\n")
    )


def page(client, address, **query):
    return client.get(address, query).content.decode()


def field(member):
    return f"email-{member.pk}"


class TestAcceptance:
    def test_account_of_an_invited_member_is_linked_to_their_seat(self, client, administrator, odile):
        office = signed_in(administrator)
        answers = {field(odile): "Odile@courriel.example"}
        read = office.post(INVITE, answers).content.decode()
        assert "tel qu’on le recevra" in read
        assert not AccountInvitation.objects.exists()
        assert office.post(INVITE, {**answers, "act": "send"}).url == LIST
        assert INVITED in page(office, LIST)

        mail = texts()[ADDRESS]
        link = re.search(r"https?://[^/]+(/compte/creer/\S+)", mail)[1]
        form = client.get(link)
        assert form.context["form"]["email"].value() == ADDRESS
        answer = client.post(link, {"email": ADDRESS, "public_name": "Odile M.", "next": "/membres/"})
        code = re.search(r"^\d{6}$", texts()[ADDRESS], re.MULTILINE)[0]
        arrived = client.post(answer.url, {"code": code}, follow=True)
        assert arrived.redirect_chain[-1][0] == "/membres/"
        assert arrived.status_code == 200
        odile.refresh_from_db()
        assert odile.user.email == ADDRESS
        assert not AccountInvitation.objects.exists()
        actions = ModelLogEntry.objects.filter(object_id=str(odile.pk)).values_list("action", flat=True)
        assert set(actions) == {"committee.invite", "committee.join_account"}

    def test_a_future_member_is_invited_until_after_the_first_day(self, clock, client, administrator):
        coming = MandateFactory(member__name="Odile", starts_on=dt.date(2027, 1, 11)).member
        past = MandateFactory(ends_on=NOW.date() - DAY).member
        office = signed_in(administrator)
        assert INVITE in page(office, reverse("wagtailsnippets_committee_member:edit", args=[coming.pk]))
        form = page(office, INVITE)
        assert (field(coming) in form, field(past) in form) == (True, False)
        office.post(INVITE, {field(coming): ADDRESS, "act": "send"})
        mail = " ".join(texts()[ADDRESS].split())
        assert "Vous serez membre du comité à partir du lundi 11 janvier 2027." in mail
        assert "Vous êtes membre" not in mail
        # Thirty days from the first day of the mandate, not from the mail.
        assert "valable jusqu’au mercredi 10 février 2027" in mail
        assert forget_old_addresses(now=NOW + 47 * DAY) == 0
        clock.move_to(NOW + 47 * DAY, tick=False)
        office = signed_in(administrator)
        link = re.search(r"(/compte/creer/\S+)", mail)[1]
        answer = client.post(link, {"email": ADDRESS, "public_name": "Odile M.", "next": "/membres/"})
        code = re.search(r"^\d{6}$", texts(NOW + 47 * DAY)[ADDRESS], re.MULTILINE)[0]
        arrived = client.post(answer.url, {"code": code}, follow=True)
        coming.refresh_from_db()
        assert coming.user.email == ADDRESS
        assert arrived.status_code == 403
        assert "Votre mandat commence le 11\N{NO-BREAK SPACE}janvier 2027" in arrived.content.decode()
        assert "Chaque membre qui siège ou va siéger a un compte" in page(office, INVITE)
        assert "Chaque membre" not in page(office, INVITE, membre=past.pk)

    def test_page_without_members_does_not_say_that_each_one_has_an_account(self, administrator):
        text = page(signed_in(administrator), INVITE)
        assert "écrivez d’abord les membres" in text
        assert "Chaque membre" not in text

    def test_account_with_another_address_is_not_linked_to_the_seat(self, client, administrator, odile):
        send_invitation(odile, administrator)
        link = re.search(r"https?://[^/]+(/compte/creer/\S+)", texts()[ADDRESS])[1]
        answer = client.post(link, {"email": "autre@courriel.example", "public_name": "Autre", "next": "/membres/"})
        code = re.search(r"^\d{6}$", texts()["autre@courriel.example"], re.MULTILINE)[0]
        assert client.post(answer.url, {"code": code}, follow=True).status_code == 403
        odile.refresh_from_db()
        assert odile.user is None

    def test_unverified_account_is_not_linked_to_the_seat(self, client, administrator, odile):
        send_invitation(odile, administrator)
        client.post("/compte/creer/", {"email": ADDRESS, "public_name": "Odile"})
        assert User.objects.filter(email=ADDRESS).exists()
        odile.refresh_from_db()
        assert odile.user is None

    def test_a_refused_invitation_is_not_repeated(self, client, administrator, odile):
        send_invitation(odile, administrator)
        link = re.search(r"https?://[^/]+(/membres/invitations/\S+)", texts()[ADDRESS])[1]
        assert "Je ne souhaite pas de compte" in page(client, link)
        assert AccountInvitation.objects.get().refused_at is None
        assert "C’est noté" in client.post(link).content.decode()
        assert (AccountInvitation.objects.get().email, AccountInvitation.objects.get().refused_at) == ("", NOW)
        assert client.get(link).status_code == 404
        assert not outbox_rows()
        office = signed_in(administrator)
        assert "A refusé le 24\N{NO-BREAK SPACE}novembre 2026" in page(office, LIST)
        form = page(office, INVITE)
        assert "Ne souhaitent pas de compte" in form
        assert field(odile) not in form
        with pytest.raises(InvitationRefused, match="ne souhaite pas"):
            send_invitation(odile, administrator, now=NOW + 20 * DAY)


class TestPermissions:
    def test_editors_of_members_can_invite(self, administrator, editor_of, odile):
        edit = reverse("wagtailsnippets_committee_member:edit", args=[odile.pk])
        for account in (administrator, editor_of("Secrétariat"), editor_of("Animation")):
            browser = signed_in(account)
            for address in (LIST, edit):
                assert INVITE in page(browser, address)
            assert field(odile) in page(browser, INVITE)
        assert signed_in(editor_of("Rédaction")).get(INVITE).status_code == 302

    def test_only_managers_of_accounts_see_the_invited_address(self, administrator, editor_of, odile):
        send_invitation(odile, administrator)
        assert ADDRESS in page(signed_in(administrator), LIST)
        assert ADDRESS in page(signed_in(administrator), INVITE)
        secretariat = signed_in(editor_of("Secrétariat"))
        for address in (LIST, INVITE):
            text = page(secretariat, address)
            assert ADDRESS not in text
            assert INVITED in text

    def test_form_of_a_member_with_account_has_no_link_to_invitations(self, administrator):
        member = MandateFactory(member__user=UserFactory()).member
        edit = reverse("wagtailsnippets_committee_member:edit", args=[member.pk])
        assert INVITE not in page(signed_in(administrator), edit)


class TestForm:
    def test_several_members_are_invited_at_once_and_empty_fields_ignored(self, administrator, odile):
        paul, zoe = (MandateFactory(member__name=name).member for name in ("Paul", "Zoé"))
        answers = {field(odile): ADDRESS, field(paul): "paul@courriel.example", field(zoe): "", "act": "send"}
        answer = signed_in(administrator).post(INVITE, answers, follow=True)
        assert "2 invitations sont parties." in answer.content.decode()
        assert set(texts()) == {ADDRESS, "paul@courriel.example"}

    def test_form_can_be_limited_to_one_member(self, administrator, odile):
        paul = MandateFactory(member__name="Paul").member
        form = page(signed_in(administrator), INVITE, membre=odile.pk)
        assert field(odile) in form
        assert field(paul) not in form

    def test_form_links_to_the_paper_convocation(self, administrator, odile):
        coming = SessionPageFactory(starts_at=NOW + 7 * DAY)
        form = page(signed_in(administrator), INVITE)
        assert "La convocation sur papier" in form
        assert reverse("convocations:paper", args=[coming.pk]) in form

    @pytest.mark.parametrize(
        ("email", "message"),
        [
            ("", "au moins un membre"),
            ("odile", "avec un @"),
            ("habitante@courriel.example", "a déjà un compte"),
            ("paul@courriel.example", "Un autre membre"),
        ],
    )
    def test_invalid_address_is_refused_with_the_reason(self, administrator, odile, email, message):
        UserFactory(email="habitante@courriel.example")
        send_invitation(MandateFactory(member__name="Paul").member, administrator, "paul@courriel.example")
        answer = signed_in(administrator).post(INVITE, {field(odile): email, "act": "send"})
        assert message in answer.content.decode()
        assert not AccountInvitation.objects.filter(member=odile).exists()

    def test_same_address_for_two_members_is_refused(self, administrator, odile):
        paul = MandateFactory(member__name="Paul").member
        answer = signed_in(administrator).post(INVITE, {field(odile): ADDRESS, field(paul): ADDRESS, "act": "send"})
        assert "écrite deux fois" in answer.content.decode()
        assert not AccountInvitation.objects.exists()


class TestLimits:
    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    def test_concurrent_invitations_to_one_address_create_one(self, administrator):
        members = [MandateFactory().member for _ in range(4)]
        run_together(
            [lambda one=one: send_invitation(one, administrator) for one in members], expected=(InvitationRefused,)
        )
        assert AccountInvitation.objects.count() == Message.objects.count() == 1

    def test_invitation_can_be_repeated_after_a_week(self, administrator, odile):
        send_invitation(odile, administrator)
        with pytest.raises(InvitationRefused, match=r"1er.décembre"):
            send_invitation(odile, administrator, now=NOW + 6 * DAY)
        send_invitation(odile, administrator, now=NOW + 7 * DAY)
        assert Message.objects.count() == 2

    def test_corrected_address_replaces_the_pending_mail(self, administrator, odile):
        send_invitation(odile, administrator, "odlie@courriel.example")
        send_invitation(odile, administrator)
        assert set(texts()) == {ADDRESS}

    def test_refusal_link_of_a_replaced_mail_returns_404(self, client, administrator, odile):
        former = send_invitation(odile, administrator, "odlie@courriel.example").refusal_url
        send_invitation(odile, administrator, now=NOW + dt.timedelta(minutes=1))
        assert client.post(former).status_code == 404
        assert AccountInvitation.objects.get().refused_at is None

    def test_invitations_of_an_officer_are_rate_limited(self, administrator, odile, monkeypatch):
        monkeypatch.setattr("committee.invitations.services.INVITATIONS_PER_OFFICER_AND_HOUR", 1)
        send_invitation(MandateFactory().member, administrator, "paul@courriel.example")
        with pytest.raises(InvitationRefused, match="dans une heure"):
            send_invitation(odile, administrator)
        assert AccountInvitation.objects.count() == 1

    @pytest.mark.parametrize("token", ["faux", "a:b:c"])
    def test_refusal_link_without_valid_signature_returns_404(self, client, token):
        assert client.get(reverse("committee:decline_invitation", args=[token])).status_code == 404

    def test_former_member_is_not_invited_and_gets_no_mail(self, administrator, odile):
        with pytest.raises(InvitationRefused, match="ne siège pas"):
            send_invitation(MemberFactory(), administrator)
        send_invitation(odile, administrator)
        odile.mandates.update(starts_on=NOW.date() - 9 * DAY, ends_on=NOW.date() - DAY)
        assert texts() == {}


class TestDeletion:
    def test_the_address_is_deleted_after_thirty_days(self, clock, administrator, odile):
        send_invitation(odile, administrator)
        assert forget_old_addresses(now=NOW + 29 * DAY) == 0
        clock.move_to(NOW + 30 * DAY, tick=False)
        assert outbox_rows()
        assert forget_old_addresses(now=NOW + 30 * DAY) == 1
        assert not outbox_rows()
        assert "Invitation du 24\N{NO-BREAK SPACE}novembre 2026, sans réponse" in page(signed_in(administrator), LIST)

    def test_invitation_is_deleted_with_the_member(self, administrator, odile):
        send_invitation(odile, administrator)
        odile.mandates.update(starts_on=NOW.date() - 9 * DAY, ends_on=NOW.date() - DAY)
        erase(member=odile, actor=administrator, now=NOW, shown=BY_PROGRAM)
        assert not AccountInvitation.objects.exists()
        assert not outbox_rows()

    def test_refused_invitation_stores_no_address(self, administrator, odile):
        decline(invitation=send_invitation(odile, administrator), now=NOW)
        assert list(AccountInvitation.objects.values_list("email", flat=True)) == [""]

    def test_refusal_of_an_invitation_accepted_meanwhile_changes_nothing(self, administrator, odile):
        invitation = send_invitation(odile, administrator)
        AccountInvitation.objects.all().delete()
        decline(invitation=invitation, now=NOW)
        assert not AccountInvitation.objects.exists()

    def test_verified_owner_of_an_invited_address_can_export_and_delete_it(self, administrator, odile):
        send_invitation(odile, administrator)
        owner = UserFactory(email=ADDRESS)
        assert "committee.invitations" not in export_of(owner)
        owner.verify_email()
        (row,) = export_of(owner)["committee.invitations"]
        assert row["email"] == ADDRESS
        owner.delete()
        assert not AccountInvitation.objects.exists()
        assert Member.objects.filter(pk=odile.pk).exists()
