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


def days(clock, first, last):
    """Runs the tick of each day from `first` to `last`, delivering all mails."""
    for number in range(first, last + 1):
        clock.move_to(NOW + number * DAY, tick=False)
        tick(now=NOW + number * DAY)
        deliver()


def exists(user):
    return User.objects.filter(pk=user.pk).exists()


class TestJourney:
    def test_two_warnings_then_the_erasure_on_the_day_that_they_say(self, odile, clock):
        comment = CommentFactory(author=odile)
        days(clock, -1, -1)
        assert not warnings_to(odile)
        clock.move_to(NOW, tick=False)
        tick(now=NOW)
        (mail,) = mails_to(odile.email)
        assert "sera effacé le vendredi 25" in mail.payload["text"]
        assert "http://testserver/compte/connexion/" in mail.payload["text"]
        deliver()
        days(clock, 1, 22)
        assert warnings_to(odile).count() == 1
        clock.move_to(NOW + 23 * DAY, tick=False)
        tick(now=NOW + 23 * DAY)
        (mail,) = mails_to(odile.email)
        assert "sera effacé le vendredi 25" in mail.payload["text"]
        deliver()
        days(clock, 24, 29)
        assert exists(odile)
        days(clock, 30, 30)
        assert not exists(odile)
        assert ErasedAccount.objects.count() == 1
        comment.refresh_from_db()
        assert (comment.author, comment.author_name) == (None, "")
        assert not Message.objects.filter(to_email=odile.email).exists()

    def test_a_sign_in_after_the_last_warning_keeps_the_account_for_two_years_more(self, odile, clock, client, code_in):
        days(clock, 0, 29)
        assert warnings_to(odile).count() == 2
        client.post("/compte/connexion/code/", {"email": odile.email})
        client.post("/compte/connexion/code/verifier/", {"code": code_in()})
        days(clock, 30, 32)
        assert exists(odile)
        assert not InactivityWarning.objects.exists()
        client.post("/compte/deconnexion/")
        days(clock, 33, 33)
        assert warnings_to(odile).count() == 2

    def test_after_a_long_stop_no_account_is_erased_before_the_announced_day(self, odile, clock):
        late = 400
        days(clock, late, late + 29)
        assert exists(odile)
        days(clock, late + 30, late + 30)
        assert not exists(odile)

    def test_a_warning_that_was_not_sent_is_repeated(self, odile, clock):
        tick(now=NOW)
        Message.objects.filter(kind=KIND).update(state=Message.State.EXPIRED, payload=None)
        days(clock, 30, 52)
        assert exists(odile)
        assert warnings_to(odile).count() == 2
        days(clock, 53, 59)
        assert exists(odile)
        days(clock, 60, 60)
        assert not exists(odile)

    def test_while_a_warning_waits_to_leave_nothing_goes_on(self, odile):
        erase_unused(now=NOW)
        erase_unused(now=NOW + 40 * DAY)
        assert (exists(odile), InactivityWarning.objects.count()) == (True, 1)

    def test_twice_on_a_day_does_no_more(self, odile):
        for _ in range(2):
            assert erase_unused(now=NOW) == 0
        assert warnings_to(odile).count() == 1


class TestWhoIsLeftAlone:
    def is_warned(self, user, now=NOW):
        erase_unused(now=now)
        return InactivityWarning.objects.filter(user=user).exists()

    def test_a_control(self, odile):
        assert self.is_warned(odile)

    def test_current_and_future_members(self, odile):
        member = MemberFactory(user=odile)
        mandate = MandateFactory(member=member, starts_on=NOW.date() + 30 * DAY)
        assert not self.is_warned(odile)
        mandate.starts_on, mandate.ends_on = NOW.date() - 90 * DAY, NOW.date() - DAY
        mandate.save()
        assert self.is_warned(odile)

    @pytest.mark.parametrize("right", [{"is_staff": True}, {"is_superuser": True}, "group"])
    def test_accounts_with_permissions(self, odile, right):
        if right == "group":
            odile.groups.add(Group.objects.get(name="Rédaction"))
        else:
            User.objects.filter(pk=odile.pk).update(**right)
        assert not self.is_warned(odile)

    def test_who_gets_the_letter_as_long_as_that_lasts(self, odile):
        subscriber = choose(user=odile, frequency="weekly", now=NOW)
        assert not self.is_warned(odile)
        stop(subscriber=subscriber, channel="account", now=NOW)
        assert self.is_warned(odile)

    def test_accounts_with_a_session(self, odile, client, code_in):
        client.post("/compte/connexion/code/", {"email": odile.email})
        client.post("/compte/connexion/code/verifier/", {"code": code_in()})
        User.objects.filter(pk=odile.pk).update(last_login=NOW - TWO_YEARS)
        assert not self.is_warned(odile)

    def test_an_account_that_is_closed(self, odile):
        User.objects.filter(pk=odile.pk).update(is_active=False)
        assert not self.is_warned(odile)

    def test_a_seat_given_after_the_last_warning(self, odile, clock):
        days(clock, 0, 29)
        MandateFactory(member=MemberFactory(user=odile))
        days(clock, 30, 30)
        assert exists(odile)
        assert not InactivityWarning.objects.exists()


class TestUnproved:
    @pytest.fixture
    def new(self, clock, client):
        client.post("/compte/creer/", {"email": "new@courriel.example", "public_name": "Nouvelle P."})
        return User.objects.get(email="new@courriel.example")

    def test_it_is_erased_after_a_week(self, new, clock):
        days(clock, 6, 6)
        assert exists(new)
        days(clock, 7, 7)
        assert not exists(new)
        assert not Message.objects.filter(to_email=new.email).exists()

    def test_one_that_was_proved_stays(self, new, client, clock, code_in):
        client.post("/compte/creer/verifier/", {"code": code_in()})
        days(clock, 7, 8)
        assert exists(new)

    def test_one_that_an_administrator_made_waits_for_its_person(self, new):
        log(new, "wagtail.create", user=UserFactory(is_superuser=True))
        assert erase_unproved(now=NOW + WEEK) == 0
        other = UserFactory()
        assert erase_unproved(now=NOW + 52 * WEEK) == 0
        assert exists(other)

    def test_one_with_rights_stays(self, new):
        new.groups.add(Group.objects.get(name="Rédaction"))
        assert erase_unproved(now=NOW + WEEK) == 0

    def test_one_that_fails_does_not_hold_up_the_others(self, new, monkeypatch, caplog):
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
