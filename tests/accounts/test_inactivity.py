"""Unused or unverified accounts: two warnings by mail, then the erasure; and the accounts that are exempt."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from wagtail.log_actions import log

from accounts.models import ErasedAccount, InactivityWarning, User
from accounts.services.accounts import create_verified_user
from accounts.services.inactivity import erase_unproved, erase_unused
from common.retention import PartlyFailed
from digests.services.subscriptions import choose, stop
from mailing.models import Message
from mailing.ticking import tick
from tests.accounts.people import mails_to
from tests.factories import CommentFactory, MandateFactory, MemberFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 25, 22, 45, tzinfo=dt.UTC)
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
TWO_YEARS = dt.timedelta(days=730)
KIND = "account.erasure_near"


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def odile(clock):
    """User whose last sign-in was two years less thirty days ago."""
    user = create_verified_user(email="odile@courriel.example", public_name="Odile M.")
    past = NOW - TWO_YEARS + 30 * DAY
    User.objects.filter(pk=user.pk).update(date_joined=past - WEEK, last_login=past)
    return user


def warnings_to(user):
    return Message.objects.filter(to_email=user.email, kind=KIND).order_by("pk")


def deliver():
    """Marks the pending mails as sent."""
    waiting = Message.objects.filter(state=Message.State.PENDING)
    waiting.update(state=Message.State.SENT, payload=None)


def run_ticks(clock, first, last):
    """Runs the tick of each day from `first` to `last`, delivering all mails."""
    for number in range(first, last + 1):
        clock.move_to(NOW + number * DAY, tick=False)
        tick(now=NOW + number * DAY)
        deliver()


def exists(user):
    return User.objects.filter(pk=user.pk).exists()


class TestJourney:
    def test_account_is_erased_on_the_announced_day_after_two_warnings(self, odile, clock):
        comment = CommentFactory(author=odile)
        run_ticks(clock, -1, -1)
        assert not warnings_to(odile)
        clock.move_to(NOW, tick=False)
        tick(now=NOW)
        (mail,) = mails_to(odile.email)
        assert "sera effacé le vendredi 25" in mail.payload["text"]
        assert "http://testserver/compte/connexion/" in mail.payload["text"]
        deliver()
        run_ticks(clock, 1, 22)
        assert warnings_to(odile).count() == 1
        clock.move_to(NOW + 23 * DAY, tick=False)
        tick(now=NOW + 23 * DAY)
        (mail,) = mails_to(odile.email)
        assert "sera effacé le vendredi 25" in mail.payload["text"]
        deliver()
        run_ticks(clock, 24, 29)
        assert exists(odile)
        run_ticks(clock, 30, 30)
        assert not exists(odile)
        assert ErasedAccount.objects.count() == 1
        comment.refresh_from_db()
        assert (comment.author, comment.author_name) == (None, "")
        assert not Message.objects.filter(to_email=odile.email).exists()

    def test_sign_in_after_the_last_warning_cancels_the_erasure(self, odile, clock, client, code_in):
        run_ticks(clock, 0, 29)
        assert warnings_to(odile).count() == 2
        client.post("/compte/connexion/code/", {"email": odile.email})
        client.post("/compte/connexion/code/verifier/", {"code": code_in()})
        run_ticks(clock, 30, 32)
        assert exists(odile)
        assert not InactivityWarning.objects.exists()
        client.post("/compte/deconnexion/")
        run_ticks(clock, 33, 33)
        assert warnings_to(odile).count() == 2

    def test_after_a_long_stop_no_account_is_erased_before_the_announced_day(self, odile, clock):
        late = 400
        run_ticks(clock, late, late + 29)
        assert exists(odile)
        run_ticks(clock, late + 30, late + 30)
        assert not exists(odile)

    def test_a_warning_that_was_not_sent_is_repeated(self, odile, clock):
        tick(now=NOW)
        Message.objects.filter(kind=KIND).update(state=Message.State.EXPIRED, payload=None)
        run_ticks(clock, 30, 52)
        assert exists(odile)
        assert warnings_to(odile).count() == 2
        run_ticks(clock, 53, 59)
        assert exists(odile)
        run_ticks(clock, 60, 60)
        assert not exists(odile)

    def test_pending_warning_postpones_the_erasure(self, odile):
        erase_unused(now=NOW)
        erase_unused(now=NOW + 40 * DAY)
        assert (exists(odile), InactivityWarning.objects.count()) == (True, 1)

    def test_second_run_on_the_same_day_has_no_effect(self, odile):
        for _ in range(2):
            assert erase_unused(now=NOW) == 0
        assert warnings_to(odile).count() == 1


class TestExemptions:
    def is_warned(self, user, now=NOW):
        erase_unused(now=now)
        return InactivityWarning.objects.filter(user=user).exists()

    def test_unused_account_is_warned(self, odile):
        assert self.is_warned(odile)

    def test_current_and_future_members_are_not_warned(self, odile):
        member = MemberFactory(user=odile)
        mandate = MandateFactory(member=member, starts_on=NOW.date() + 30 * DAY)
        assert not self.is_warned(odile)
        mandate.starts_on, mandate.ends_on = NOW.date() - 90 * DAY, NOW.date() - DAY
        mandate.save()
        assert self.is_warned(odile)

    @pytest.mark.parametrize("right", [{"is_staff": True}, {"is_superuser": True}, "group"])
    def test_accounts_with_permissions_are_not_warned(self, odile, right):
        if right == "group":
            odile.groups.add(Group.objects.get(name="Rédaction"))
        else:
            User.objects.filter(pk=odile.pk).update(**right)
        assert not self.is_warned(odile)

    def test_subscribers_of_the_digest_are_not_warned(self, odile):
        subscriber = choose(user=odile, frequency="weekly", now=NOW)
        assert not self.is_warned(odile)
        stop(subscriber=subscriber, channel="account", now=NOW)
        assert self.is_warned(odile)

    def test_accounts_with_a_session_are_not_warned(self, odile, client, code_in):
        client.post("/compte/connexion/code/", {"email": odile.email})
        client.post("/compte/connexion/code/verifier/", {"code": code_in()})
        User.objects.filter(pk=odile.pk).update(last_login=NOW - TWO_YEARS)
        assert not self.is_warned(odile)

    def test_closed_accounts_are_not_warned(self, odile):
        User.objects.filter(pk=odile.pk).update(is_active=False)
        assert not self.is_warned(odile)

    def test_mandate_given_after_the_last_warning_cancels_the_erasure(self, odile, clock):
        run_ticks(clock, 0, 29)
        MandateFactory(member=MemberFactory(user=odile))
        run_ticks(clock, 30, 30)
        assert exists(odile)
        assert not InactivityWarning.objects.exists()


class TestUnverified:
    @pytest.fixture
    def new(self, clock, client):
        client.post("/compte/creer/", {"email": "new@courriel.example", "public_name": "Nouvelle P."})
        return User.objects.get(email="new@courriel.example")

    def test_unverified_account_is_erased_after_a_week(self, new, clock):
        run_ticks(clock, 6, 6)
        assert exists(new)
        run_ticks(clock, 7, 7)
        assert not exists(new)
        assert not Message.objects.filter(to_email=new.email).exists()

    def test_verified_account_is_not_erased(self, new, client, clock, code_in):
        client.post("/compte/creer/verifier/", {"code": code_in()})
        run_ticks(clock, 7, 8)
        assert exists(new)

    def test_account_created_by_an_administrator_is_not_erased(self, new):
        log(new, "wagtail.create", user=UserFactory(is_superuser=True))
        assert erase_unproved(now=NOW + WEEK) == 0
        other = UserFactory()
        assert erase_unproved(now=NOW + 52 * WEEK) == 0
        assert exists(other)

    def test_account_with_permissions_is_not_erased(self, new):
        new.groups.add(Group.objects.get(name="Rédaction"))
        assert erase_unproved(now=NOW + WEEK) == 0

    def test_account_erased_by_another_tick_meanwhile_is_no_failure(self, new, monkeypatch):
        other = User.objects.create_user("other@courriel.example", public_name="Autre")
        other.emailaddress_set.create(email=other.email, verified=False, primary=True)
        real = User.delete

        def delete_both(self, *args, **kwargs):
            monkeypatch.setattr(User, "delete", real)
            User.objects.get(pk=other.pk).delete()
            return real(self, *args, **kwargs)

        monkeypatch.setattr(User, "delete", delete_both)
        assert erase_unproved(now=NOW + WEEK) == 1
        assert not User.objects.filter(pk__in=[new.pk, other.pk]).exists()

    def test_failing_erasure_does_not_block_others(self, new, monkeypatch, caplog):
        other = User.objects.create_user("other@courriel.example", public_name="Autre")
        other.emailaddress_set.create(email=other.email, verified=False, primary=True)
        real = User.delete

        def fail_for_one(self, *args, **kwargs):
            if self.pk == new.pk:
                raise RuntimeError
            return real(self, *args, **kwargs)

        monkeypatch.setattr(User, "delete", fail_for_one)
        with pytest.raises(PartlyFailed) as failure:
            erase_unproved(now=NOW + WEEK)
        assert failure.value.erased == 1
        assert "could not be erased" in caplog.text
        assert new.email not in caplog.text
