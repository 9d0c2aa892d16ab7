"""Change of the address of an account: a code to the new one and a notice to the old one; no account is revealed."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from accounts.models import AccountCode, User
from accounts.services.codes import CODES_PER_ACCOUNT_AND_HOUR
from common import limits
from digests.models import Subscriber
from digests.services.subscriptions import ask_by_mail, choose, confirm
from mailing.content import MailContent
from mailing.models import Message
from mailing.services import Draft, enqueue
from participation.models import Invitation
from tests.accounts.people import code_sent_to, mails_to, prove
from tests.factories import ProposalFactory, UserFactory

pytestmark = pytest.mark.django_db

ADDRESS, CODE = "/compte/adresse/", "/compte/adresse/code/"
OLD, NEW = "odile@courriel.example", "odile.m@courriel.example"


@pytest.fixture
def odile():
    user = UserFactory(email=OLD, public_name="Odile M.")
    user.verify_email()
    return user


@pytest.fixture
def signed_in(client, odile):
    client.force_login(odile)
    prove(client, odile)
    return client


def change(client, email=NEW):
    client.post(ADDRESS, {"email": email})
    return client.post(CODE, {"code": code_sent_to(email)}, follow=True)


def test_email_changes_only_after_the_code(signed_in, odile):
    assert signed_in.post(ADDRESS, {"email": f" {NEW.upper()} "}).url == CODE
    odile.refresh_from_db()
    assert odile.email == OLD
    assert not mails_to(OLD)
    answer = signed_in.post(CODE, {"code": code_sent_to(NEW)}, follow=True)
    assert "Votre adresse est changée" in answer.content.decode()
    odile.refresh_from_db()
    assert odile.email == NEW
    assert list(odile.emailaddress_set.values_list("email", "verified", "primary")) == [(NEW, True, True)]


def test_old_email_can_sign_in_only_until_the_change(signed_in, odile, mailoutbox):
    signed_in.post(ADDRESS, {"email": NEW})
    for email, opens in ((OLD, True), (NEW, False)):
        type(signed_in)().post("/compte/connexion/code/", {"email": email})
        assert ("pour créer votre compte" not in mailoutbox[-1].body) == opens
    signed_in.post(CODE, {"code": code_sent_to(NEW)})
    for email, opens in ((OLD, False), (NEW, True)):
        type(signed_in)().post("/compte/connexion/code/", {"email": email})
        assert ("pour créer votre compte" not in mailoutbox[-1].body) == opens


def test_old_email_receives_a_notice_with_the_contact_page(signed_in):
    change(signed_in)
    [mail] = mails_to(OLD)
    assert mail.kind == "account.email_changed"
    assert NEW in mail.payload["text"]
    assert "nous vous rendons votre compte" in mail.payload["text"]
    assert "/contact/" in mail.payload["text"]


def test_email_of_another_account_gets_the_same_response_but_no_code(signed_in):
    UserFactory(email="karim@courriel.example")
    pages = []
    for email in ("personne@courriel.example", "karim@courriel.example"):
        answer = signed_in.post(ADDRESS, {"email": email}, follow=True)
        wrong = signed_in.post(CODE, {"code": "000000"})
        assert wrong.status_code == 422
        pages.append(
            [re.sub(r'value="[^"]{64}"', "", one.content.decode()).replace(email, "X") for one in (answer, wrong)]
        )
    assert pages[0] == pages[1]
    [mail] = mails_to("karim@courriel.example")
    assert mail.kind == "account.email_in_use"
    assert not re.search(r"\b\d{6}\b", mail.payload["text"])


def test_account_created_in_the_meantime_keeps_its_email(signed_in, odile):
    signed_in.post(ADDRESS, {"email": NEW})
    UserFactory(email=NEW)
    answer = signed_in.post(CODE, {"code": code_sent_to(NEW)}, follow=True)
    assert "entre-temps" in answer.content.decode()
    odile.refresh_from_db()
    assert odile.email == OLD
    assert odile.emailaddress_set.get().email == OLD


def test_three_wrong_codes_cancel_the_change(signed_in, odile):
    signed_in.post(ADDRESS, {"email": NEW})
    right = code_sent_to(NEW)
    for _ in range(3):
        signed_in.post(CODE, {"code": "999999" if right != "999999" else "111111"})
    answer = signed_in.post(CODE, {"code": right}, follow=True)
    assert answer.redirect_chain[-1][0] == ADDRESS
    assert "Demandez-en un autre" in answer.content.decode()
    odile.refresh_from_db()
    assert odile.email == OLD


def test_code_expires_after_ten_minutes_and_is_valid_once(signed_in, odile, time_machine):
    time_machine.move_to("2026-11-24 10:00:00+00:00", tick=False)
    signed_in.post(ADDRESS, {"email": NEW})
    code = code_sent_to(NEW)
    time_machine.shift(dt.timedelta(minutes=10))
    assert signed_in.post(CODE, {"code": code}).url == ADDRESS
    change(signed_in)
    assert signed_in.post(CODE, {"code": code}).url == ADDRESS
    assert User.objects.get(pk=odile.pk).email == NEW


def test_another_code_replaces_the_first(signed_in):
    signed_in.post(ADDRESS, {"email": NEW})
    assert signed_in.post(CODE, {"action": "resend"}).url == CODE
    first, second = [code_sent_to(NEW, number) for number in (0, 1)]
    if first != second:
        assert signed_in.post(CODE, {"code": first}).status_code == 422
    assert signed_in.post(CODE, {"code": second}).url == "/compte/"


@pytest.mark.parametrize("email", ["", "odile", OLD, f" {OLD.upper()}"])
def test_invalid_or_unchanged_email_shows_a_field_error(signed_in, email):
    answer = signed_in.post(ADDRESS, {"email": email})
    assert answer.status_code == 422
    assert answer.context["form"].errors["email"]
    assert not AccountCode.objects.exists()


def test_codes_are_limited_per_account_across_emails(signed_in):
    for number in range(CODES_PER_ACCOUNT_AND_HOUR):
        assert signed_in.post(ADDRESS, {"email": f"a{number}@courriel.example"}).status_code == 302
    answer = signed_in.post(ADDRESS, {"email": NEW})
    assert answer.status_code == 422
    assert "demandés à cette adresse" in answer.content.decode()
    assert not mails_to(NEW)


def test_limit_per_email_is_shared_with_new_accounts(signed_in, client, monkeypatch):
    monkeypatch.setattr(limits, "MAILS_PER_ADDRESS_AND_NETWORK", {limits.HOUR: 2})
    for _ in range(2):
        assert signed_in.post(ADDRESS, {"email": NEW}).status_code == 302
    assert signed_in.post(ADDRESS, {"email": NEW}).status_code == 422
    refused = type(client)().post("/compte/creer/", {"email": NEW, "public_name": "Odile M."})
    assert "demandés à cette adresse" in refused.content.decode()


class TestConsequences:
    def test_digest_is_sent_to_the_new_email(self, signed_in, odile):
        choose(user=odile, frequency="weekly", now=timezone.now())
        change(signed_in)
        reader = Subscriber.objects.get(user=odile)
        assert (reader.email, reader.frequency, reader.status) == (NEW, "weekly", "active")

    def test_subscription_of_the_new_email_is_not_duplicated(self, signed_in, odile):
        now = timezone.now()
        choose(user=odile, frequency="weekly", now=now)
        confirm(ask_by_mail(email=NEW, frequency="monthly", now=now), now=now)
        change(signed_in)
        assert list(Subscriber.objects.values_list("user", "email", "frequency")) == [(odile.pk, NEW, "weekly")]

    def test_subscription_of_the_new_email_is_linked_to_an_account_without_one(self, signed_in, odile):
        now = timezone.now()
        choose(user=odile, frequency=None, immediate=False, now=now)
        confirm(ask_by_mail(email=NEW, frequency="monthly", now=now), now=now)
        change(signed_in)
        reader = Subscriber.objects.get()
        assert (reader.user, reader.email, reader.is_reading, reader.immediate) == (odile, NEW, True, False)

    def test_pending_mails_are_redirected_except_codes(self, signed_in):
        drafts = [
            Draft(kind=kind, to_email=OLD, dedupe_key=kind, content=MailContent(subject="Sujet", text="Texte"))
            for kind in ("participation.followed", "account.login_code")
        ]
        enqueue(drafts=drafts, now=timezone.now())
        change(signed_in)
        assert Message.objects.get(kind="participation.followed").to_email == NEW
        assert Message.objects.get(kind="participation.followed").state == Message.State.PENDING
        assert Message.objects.get(kind="account.login_code").state == Message.State.CANCELLED

    def test_invitations_are_updated(self, signed_in):
        invitation = Invitation.objects.create(proposal=ProposalFactory(), email=OLD, created_at=timezone.now())
        change(signed_in)
        invitation.refresh_from_db()
        assert invitation.email == NEW


def test_pages_require_sign_in(client):
    for address in (ADDRESS, CODE):
        assert client.get(address).url == f"/compte/connexion/?next={address}"
