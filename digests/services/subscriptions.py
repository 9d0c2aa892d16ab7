"""Subscriptions: request, confirm, choose, stop. Each action is recorded in the log of consents."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from committee.models import TopicPage
from digests.models import NEWSLETTER, Choices, ConsentLog, Subscriber
from digests.models.tokens import CONFIRM_LIFE, DigestRequest
from digests.notifications.confirmation import ConfirmationRequest
from digests.queries.subscribers import reader_of
from mailing.models import Message
from mailing.services import cancel, email_hashes

Act = ConsentLog.Act
Channel = ConsentLog.Channel
Status = Subscriber.Status

DETAIL_LENGTH = ConsentLog._meta.get_field("detail").max_length

# Version of the consent text; update it with the text.
CONSENT_TEXT_VERSION = "2026-11"
# One day longer than the link is valid, so that a late click gets an explanation.
UNCONFIRMED_RETENTION = CONFIRM_LIFE + timedelta(days=1)
# Retention period of the logged mails, whose links refer to the reader.
STOPPED_RETENTION = timedelta(days=365)


def is_asked(*, email: str, now: datetime) -> bool:
    """Returns whether `email` already has the mail of `ask_by_mail` of this hour, and gets no second one."""
    subscriber = Subscriber.objects.filter(email=email.strip().lower()).first()
    return subscriber is not None and ConfirmationRequest.is_sent(subscriber, now)


@transaction.atomic
def ask_by_mail(
    *, email: str, frequency: str, now: datetime, topics: Collection[int] = (), choices: Choices | None = None
) -> DigestRequest:
    """Sends `email` a link that confirms the digest, about `topics` or with `choices`; no other mail is sent before.

    The response is the same for a known or a new address. At most one such mail per address and hour. Because
    anybody may enter any address, earlier choices of its owner are not changed, and the request is stored in the
    link of the mail only.
    """
    subscriber, created = Subscriber.objects.get_or_create(
        email=email.strip().lower(), defaults={"created_at": now, "frequency": frequency}
    )
    if not created and subscriber.status == Status.UNCONFIRMED:
        # Keeps the row from `purge_unconfirmed` for the week of the new link.
        subscriber.created_at = now
        subscriber.save(update_fields=["created_at"])
    _log(subscriber, Act.OPT_IN, Channel.FORM, now, frequency)
    request = DigestRequest(subscriber, frequency, now, topics, choices)
    ConfirmationRequest(request).send(now=now)
    return request


@transaction.atomic
def confirm(request: DigestRequest, *, now: datetime) -> bool:
    """Starts the digest of the reader of the link.

    Returns False if the reader refused it after the request. Idempotent. The choices of the request replace the
    earlier ones; its subjects are added to those followed.
    """
    subscriber = _locked(request.subscriber)
    if subscriber.status == Status.STOPPED and _has_chosen_since(subscriber, request.requested_at):
        return False
    subscriber.user = subscriber.user or _account_of(subscriber.email)
    choices = request.choices and _with_published_topics(request.choices)
    _start(subscriber, request.frequency, Act.CONFIRM, Channel.MAIL, now, choices=choices, added=request.topics)
    return True


@transaction.atomic
def choose(
    *,
    user: User,
    frequency: str | None,
    now: datetime,
    channel: str = Channel.ACCOUNT,
    choices: Choices | None = None,
    added: Iterable[int] = (),
    immediate: bool = True,
) -> Subscriber | None:
    """Saves the choices of a signed-in user with a verified e-mail address: a frequency, or None for no digest.

    Without `choices` the others are not changed; the subjects `added` are followed in addition. `immediate` turns
    immediate mails on or off. Returns the row of the user; None if they have none and need none.
    """
    subscriber, is_new = reader_of(user), False
    if subscriber is None:
        if frequency is None and immediate and not (choices and choices.topics):
            return None
        # Another request of the user may create the row at the same moment.
        row = {"email": user.email, "created_at": now, "status": Status.STOPPED}
        subscriber, is_new = Subscriber.objects.get_or_create(user=user, defaults=row)
    if not is_new:
        subscriber = _locked(subscriber)
        # The account may have got an e-mail address that had subscribed without an account.
        Subscriber.objects.filter(email=user.email, user__isnull=True).exclude(pk=subscriber.pk).delete()
        subscriber.user = user
        subscriber.email = user.email
    before = describe(subscriber) if frequency is None and not is_new else ""
    subscriber.immediate = immediate
    if frequency is None:
        _save(subscriber, choices)
        if before != describe(subscriber) and not subscriber.is_reading:
            _log(subscriber, Act.CHANGE, channel, now)
        return stop(subscriber=subscriber, channel=channel, now=now)
    act = Act.CHANGE if subscriber.is_reading else Act.OPT_IN
    _start(subscriber, frequency, act, channel, now, choices=choices, added=added)
    return subscriber


@transaction.atomic
def stop(*, subscriber: Subscriber, channel: str, now: datetime) -> Subscriber:
    """Stops the digest and cancels its pending mails: after the commit, no digest is sent. Idempotent."""
    subscriber = _locked(subscriber)
    if subscriber.status != Status.STOPPED:
        subscriber.status = Status.STOPPED
        subscriber.save()
        _log(subscriber, Act.OPT_OUT, channel, now)
    cancel_waiting(subscriber, reason="stopped by the reader")
    return subscriber


@transaction.atomic
def follow_account(*, user: User, now: datetime) -> None:
    """Moves the digest of `user` to the account's current address. If one goes there already, the active one is kept.

    The links of earlier mails, in the former mailbox, then only stop the digest (`digests.models.tokens`).
    """
    subscriber = Subscriber.objects.select_for_update().filter(user=user).first()
    if subscriber is None or subscriber.email == user.email:
        return
    other = Subscriber.objects.select_for_update().filter(email=user.email, user=None).first()
    if other and other.is_reading and not subscriber.is_reading:
        subscriber.delete()
        other.user, other.immediate = user, subscriber.immediate
        other.save(update_fields=["user", "immediate"])
        return
    if other:
        cancel_waiting(other, reason="the account has the address now")
        other.delete()
    subscriber.email = user.email
    subscriber.save(update_fields=["email"])
    _log(subscriber, Act.CHANGE, Channel.ACCOUNT, now, subscriber.frequency)


def stop_by_mail(message: Message, *, now: datetime) -> None:
    """Stops the digest of the sender of a mail to the unsubscribe address of `message`, a digest or a newsletter."""
    readers = Subscriber.objects.filter(deliveries__message=message)
    if message.kind == NEWSLETTER:
        readers = Subscriber.objects.filter(pk=message.context["subscriber"])
    for subscriber in readers:
        stop(subscriber=subscriber, channel=Channel.MAIL, now=now)


def forget_with_account(user: User, now: datetime) -> None:
    """Stops the digest of the account and its pending mails, and logs it; the row is deleted with the account.

    A subscription without account stays: its address asked for it and confirmed it, each digest has a link that ends
    it, and closing an account does not withdraw that consent. It belongs to the account, and is deleted with it, if
    the account existed at confirmation, or if choices were made there later. The log stays, without an address, as
    proof of consent and withdrawal.
    """
    for subscriber in Subscriber.objects.filter(user=user):
        stop(subscriber=subscriber, channel=Channel.ACCOUNT, now=now)


@transaction.atomic
def restart(*, subscriber: Subscriber, now: datetime) -> Subscriber:
    """Restarts a digest that was stopped by mistake, with the same frequency. Otherwise does nothing."""
    subscriber = _locked(subscriber)
    if subscriber.status == Status.STOPPED and subscriber.verified_at:
        _start(subscriber, subscriber.frequency, Act.OPT_IN, Channel.MAIL, now)
    return subscriber


@transaction.atomic
def change_choices(
    *, subscriber: Subscriber, frequency: str, now: datetime, choices: Choices | None = None
) -> Subscriber:
    """Changes the frequency and other choices from the link of a mail. Does nothing for a stopped reader."""
    subscriber = _locked(subscriber)
    if subscriber.is_reading:
        _start(subscriber, frequency, Act.CHANGE, Channel.MAIL, now, choices=choices)
    return subscriber


@transaction.atomic
def follow_topic(*, subscriber: Subscriber, topic: TopicPage, following: bool, now: datetime) -> None:
    """Adds or removes `topic` in the followed subjects. Idempotent: the state is given, never toggled."""
    subscriber = _locked(subscriber)
    topics = set(subscriber.topics.values_list("pk", flat=True))
    if following == (topic.pk in topics):
        return
    subscriber.topics.set(topics | {topic.pk} if following else topics - {topic.pk})
    if subscriber.only_topics and not subscriber.topics.exists():
        subscriber.only_topics = False
        subscriber.save(update_fields=["only_topics"])
    _log(subscriber, Act.CHANGE, Channel.ACCOUNT, now, subscriber.frequency)


def purge_unconfirmed(*, now: datetime) -> int:
    """Deletes unconfirmed subscriptions after a week; returns how many."""
    old = Subscriber.objects.requested().filter(created_at__lt=now - UNCONFIRMED_RETENTION)
    return old.delete()[0] if old.exists() else 0


def forget_stopped(*, now: datetime) -> int:
    """Deletes readers without an account who stopped the digest a year ago; returns how many.

    The log of consents, which has no address, keeps the date.
    """
    stopped = Subscriber.objects.filter(status=Status.STOPPED, user=None, created_at__lte=now - STOPPED_RETENTION)
    keys = [
        reader.pk
        for reader in stopped.iterator()
        if not ConsentLog.objects.filter(
            subscriber_hash__in=email_hashes(reader.email), at__gt=now - STOPPED_RETENTION
        ).exists()
    ]
    Subscriber.objects.filter(pk__in=keys, status=Status.STOPPED).delete()
    return len(keys)


def _start(
    subscriber: Subscriber,
    frequency: str,
    act: str,
    channel: str,
    now: datetime,
    *,
    choices: Choices | None = None,
    added: Iterable[int] = (),
) -> None:
    """Saves the choices of the reader, with one row of the log if anything changed."""
    was_reading = bool(subscriber.pk and subscriber.is_reading)
    before = (subscriber.frequency, describe(subscriber)) if was_reading else None
    rhythm = (subscriber.frequency, subscriber.weekday, subscriber.hour)
    subscriber.frequency = frequency
    chosen = (frequency, choices.weekday, choices.hour) if choices else (frequency, *rhythm[1:])
    if not was_reading:
        subscriber.started_at = now
    if not was_reading or rhythm != chosen:
        subscriber.rhythm_since = now
    subscriber.status = Status.ACTIVE
    subscriber.verified_at = subscriber.verified_at or now
    _save(subscriber, choices)
    if added := list(TopicPage.objects.published().filter(pk__in=list(added))):
        subscriber.topics.add(*added)
    if before != (subscriber.frequency, describe(subscriber)):
        _log(subscriber, act, channel, now, frequency)
    if subscriber.is_paused(timezone.localdate(now)):
        cancel_waiting(subscriber, reason="paused by the reader")


def _with_published_topics(choices: Choices) -> Choices:
    """Returns `choices`, which may be a week old, without the subjects deleted or unpublished since."""
    topics = list(TopicPage.objects.published().filter(pk__in=choices.topics).values_list("pk", flat=True))
    return replace(choices, topics=topics, only_topics=choices.only_topics and bool(topics))


def _save(subscriber: Subscriber, choices: Choices | None) -> None:
    """Saves the row of a reader, with `choices` if they are given.

    Followed subjects that are not public now, hence not on the page of the choices, stay followed.
    """
    if choices:
        subscriber.weekday, subscriber.hour = choices.weekday, choices.hour
        subscriber.only_topics, subscriber.paused_until = choices.only_topics, choices.paused_until
    subscriber.save()
    if choices:
        hidden = subscriber.topics.exclude(pk__in=TopicPage.objects.published()).values_list("pk", flat=True)
        subscriber.topics.set([*choices.topics, *hidden])


def cancel_waiting(subscriber: Subscriber, *, reason: str) -> None:
    """Cancels pending digests, and pending messages of editors."""
    cancel(messages=Message.objects.filter(delivery__subscriber=subscriber), reason=reason)
    cancel(messages=Message.objects.filter(to_email=subscriber.email, kind=NEWSLETTER), reason=reason)


def describe(subscriber: Subscriber) -> str:
    """Returns the choices of a reader as a short text for the log: « day 0, 7 h; subjects 3, 8 only »."""
    topics = sorted(subscriber.topics.values_list("pk", flat=True))
    parts = [
        f"day {subscriber.weekday}, {subscriber.hour} h",
        f"subjects {', '.join(map(str, topics))}{' only' if subscriber.only_topics else ''}" if topics else "",
        f"pause until {subscriber.paused_until:%Y-%m-%d}" if subscriber.paused_until else "",
        "" if subscriber.immediate else "nothing at once",
    ]
    return "; ".join(filter(None, parts))[:DETAIL_LENGTH]


def _locked(subscriber: Subscriber) -> Subscriber:
    return Subscriber.objects.select_for_update().get(pk=subscriber.pk)


def _has_chosen_since(subscriber: Subscriber, moment: datetime) -> bool:
    """Returns whether the log has a choice of the reader after `moment`. A request for the digest is not a choice."""
    acts = ConsentLog.objects.filter(subscriber_hash__in=email_hashes(subscriber.email), at__gt=moment)
    return acts.exclude(act=Act.OPT_IN).exists()


def _account_of(email: str) -> User | None:
    """Returns the account with this verified e-mail address, if it has no subscription yet."""
    address = EmailAddress.objects.filter(email__iexact=email, verified=True, user__subscriber__isnull=True).first()
    return address.user if address else None


def _log(subscriber: Subscriber, act: str, channel: str, now: datetime, frequency: str = "") -> None:
    ConsentLog.objects.create(
        subscriber_hash=email_hashes(subscriber.email)[0],
        act=act,
        frequency=frequency,
        detail=describe(subscriber),
        text_version=CONSENT_TEXT_VERSION,
        channel=channel,
        at=now,
    )
