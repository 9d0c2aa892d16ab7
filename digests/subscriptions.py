"""Asking for the letter, changing one's mind, stopping it. Each act leaves a row in the consent log."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from common.urls import absolute_url
from digests.models import ConsentLog, Subscriber
from digests.tokens import CONFIRM_LIFE, confirm_token
from mailing.content import MailContent
from mailing.letters import render_mail
from mailing.models import Message
from mailing.services import Draft, address_hashes, cancel, enqueue_one

Act = ConsentLog.Act
Channel = ConsentLog.Channel
Status = Subscriber.Status

# Which words people agreed to; to be changed with them.
CONSENT_TEXT_VERSION = "2026-11"


def has_verified_address(user: User) -> bool:
    """Says whether the person proved that the address of the account is theirs."""
    return EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()


@transaction.atomic
def ask_by_mail(*, email: str, frequency: str, now: datetime) -> Subscriber:
    """Writes to `email` to confirm that the letter is wanted; nothing else comes before that.

    The answer is the same for an address that is known or new. An address gets one such mail an hour at most.
    """
    subscriber, _created = Subscriber.objects.get_or_create(
        email=email.strip().lower(), defaults={"created_at": now, "frequency": frequency}
    )
    if subscriber.status == Status.STOPPED:
        subscriber.status = Status.UNCONFIRMED
        subscriber.created_at = now
        subscriber.save(update_fields=["status", "created_at"])
    _log(subscriber, Act.OPT_IN, Channel.FORM, now, frequency)
    url = absolute_url(reverse("digests:confirm", kwargs={"token": confirm_token(subscriber, frequency)}))
    text, html = render_mail("emails/confirm_subscription", {"url": url})
    draft = Draft(
        kind="digest.confirm",
        to_email=subscriber.email,
        dedupe_key=f"digest.confirm:{subscriber.pk}:{now:%Y%m%d%H}",
        content=MailContent(subject=_("Confirm that you want the letter of the committee"), text=text, html=html),
    )
    enqueue_one(draft=draft, now=now, expires_at=now + CONFIRM_LIFE)
    return subscriber


@transaction.atomic
def confirm(*, subscriber: Subscriber, frequency: str, now: datetime) -> bool:
    """Starts the letter for the reader whose link it was. Returns False if the letter was stopped since.

    A second time it changes nothing.
    """
    subscriber = _locked(subscriber)
    if subscriber.status == Status.STOPPED:
        return False
    subscriber.user = subscriber.user or _account_of(subscriber.email)
    _start(subscriber, frequency, Act.CONFIRM, Channel.MAIL, now)
    return True


@transaction.atomic
def choose(*, user: User, frequency: str | None, now: datetime, channel: str = Channel.ACCOUNT) -> Subscriber | None:
    """What a signed-in person with a verified address wants: a frequency, or None for no letter. Acts at once.

    Returns the person's row; None for a person who has none and wants none.
    """
    subscriber = reader_of(user)
    if subscriber is None:
        if frequency is None:
            return None
        subscriber = Subscriber(email=user.email, user=user, created_at=now)
    else:
        subscriber = _locked(subscriber)
        # The address of the account may have changed to one that had asked for the letter without an account.
        Subscriber.objects.filter(email=user.email, user__isnull=True).exclude(pk=subscriber.pk).delete()
        subscriber.user = user
        subscriber.email = user.email
    if frequency is None:
        return stop(subscriber=subscriber, channel=channel, now=now)
    act = Act.CHANGE if subscriber.is_reading else Act.OPT_IN
    _start(subscriber, frequency, act, channel, now)
    return subscriber


@transaction.atomic
def stop(*, subscriber: Subscriber, channel: str, now: datetime) -> Subscriber:
    """Stops the letter, and what is planned of it: once this has committed, no letter leaves any more. Idempotent."""
    subscriber = _locked(subscriber)
    if subscriber.status != Status.STOPPED:
        subscriber.status = Status.STOPPED
        subscriber.save()
        _log(subscriber, Act.OPT_OUT, channel, now)
    cancel(messages=Message.objects.filter(delivery__subscriber=subscriber), reason="stopped by the reader")
    return subscriber


@transaction.atomic
def restart(*, subscriber: Subscriber, now: datetime) -> Subscriber:
    """Takes a stop by mistake back, with the same frequency. Does nothing for a reader whom it does not concern."""
    subscriber = _locked(subscriber)
    if subscriber.status == Status.STOPPED and subscriber.verified_at:
        _start(subscriber, subscriber.frequency, Act.OPT_IN, Channel.MAIL, now)
    return subscriber


@transaction.atomic
def change_frequency(*, subscriber: Subscriber, frequency: str, now: datetime) -> Subscriber:
    """Changes how often the letter comes, by the link of a mail. Does nothing for who does not get it."""
    subscriber = _locked(subscriber)
    if subscriber.is_reading:
        _start(subscriber, frequency, Act.CHANGE, Channel.MAIL, now)
    return subscriber


def reader_of(user: User) -> Subscriber | None:
    """The row of an account, or that of its address if it was there before the account."""
    rows = Subscriber.objects.filter(user=user) or Subscriber.objects.filter(email=user.email, user__isnull=True)
    return rows.first()


def purge_unconfirmed(*, now: datetime) -> int:
    """Forgets addresses that nobody confirmed within a week; returns how many."""
    old = Subscriber.objects.filter(status=Status.UNCONFIRMED, created_at__lt=now - CONFIRM_LIFE - timedelta(days=1))
    return old.delete()[0] if old.exists() else 0


def _start(subscriber: Subscriber, frequency: str, act: str, channel: str, now: datetime) -> None:
    if subscriber.is_reading and subscriber.frequency == frequency and subscriber.pk:
        subscriber.save()
        return
    if not subscriber.is_reading:
        subscriber.started_at = now
    subscriber.status = Status.ACTIVE
    subscriber.frequency = frequency
    subscriber.verified_at = subscriber.verified_at or now
    subscriber.save()
    _log(subscriber, act, channel, now, frequency)


def _locked(subscriber: Subscriber) -> Subscriber:
    return Subscriber.objects.select_for_update().get(pk=subscriber.pk)


def _account_of(email: str) -> User | None:
    """The account that proved this address, if it has no row yet."""
    found = EmailAddress.objects.filter(email__iexact=email, verified=True, user__subscriber__isnull=True).first()
    return found.user if found else None


def _log(subscriber: Subscriber, act: str, channel: str, now: datetime, frequency: str = "") -> None:
    ConsentLog.objects.create(
        subscriber_hash=address_hashes(subscriber.email)[0],
        act=act,
        frequency=frequency,
        text_version=CONSENT_TEXT_VERSION,
        channel=channel,
        at=now,
    )
