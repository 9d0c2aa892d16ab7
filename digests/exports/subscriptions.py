"""Personal data of the digest: export for an account, and erasure with the account."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import verified_emails
from committee.models import TopicPage
from common.personal_data import ErasureLine, Fate, Labelled, PersonalDataSet, labelled, rows_of
from digests.models import AddressedMember, ConsentLog, Delivery, Frequency, Newsletter, SessionReminder, Subscriber
from digests.services.subscriptions import follow_account, stop
from mailing.services import email_hashes

# Part of `ConsentLog.detail`, as written by `digests.services.subscriptions.describe`.
CHOICE = re.compile(
    r"day (?P<day>\d), (?P<hour>\d+) h"
    r"|subjects (?P<topics>\d+(?:, \d+)*)(?P<only> only)?"
    r"|pause until (?P<pause>\d{4}-\d\d-\d\d)"
    r"|nothing at once"
)


def held_by_digests(user: User) -> Iterator[PersonalDataSet]:
    """Yields the subscription of the account, one that its addresses made without account, and their consents.

    The second belongs to whoever reads the mails of that address, as this user has proved to do. So does the log of
    consents, which is found by a hash of the address.
    """
    emails = verified_emails(user)
    readers = Subscriber.objects.filter(Q(user=user) | Q(user=None, email__in=emails)).order_by("pk")
    subscriptions = [_subscription(reader) for reader in readers.prefetch_related("topics")]
    yield PersonalDataSet("digests.subscriptions", _("The letter"), subscriptions)
    known = {*emails, *(one["email"] for one in subscriptions)}
    hashes = [value for email in known for value in email_hashes(email)]
    consents = ConsentLog.objects.filter(subscriber_hash__in=hashes).order_by("pk")
    yield PersonalDataSet("digests.consents", _("Choices about the letter"), _consents(consents))
    deliveries = Delivery.objects.filter(subscriber__in=readers.order_by().values("pk")).order_by("to_cursor")
    edition = ("edition__kind", "edition__period_key", "edition__slot_hour")
    what = ("from_cursor", "to_cursor", "items", "message__state", "message__sent_at")
    yield PersonalDataSet("digests.deliveries", _("Letters"), rows_of(deliveries, *edition, *what))
    reminders = SessionReminder.objects.filter(user=user)
    yield PersonalDataSet(
        "digests.session_reminders",
        _("Reminders of sessions"),
        rows_of(reminders, "session__slug", "created_at", "times_told"),
    )
    messages = AddressedMember.objects.filter(member__user=user).order_by("newsletter__send_at", "pk")
    yield PersonalDataSet(
        "digests.member_messages",
        _("Messages to members of the committee"),
        rows_of(messages, "newsletter__subject", "newsletter__send_at", "by_mail"),
    )
    # Texts by editors to readers and members belong to the institution: only a count.
    if worked := Newsletter.objects.filter(Q(writer=user) | Q(sent_by=user)).count():
        yield PersonalDataSet(
            "digests.acts",
            _("Work for the institution"),
            [{"act": Labelled("messages_to_readers", _("messages to readers")), "count": worked}],
        )


def forget_with_account(user: User) -> None:
    """Stops the digest of the account and its pending mails, and logs it; the row is deleted with the account.

    A subscription without account stays: its address asked for it and confirmed it, each digest has a link that ends
    it, and closing an account does not withdraw that consent. It belongs to the account, and is deleted with it, if
    the account existed at confirmation, or if choices were made there later. The log stays, without an address, as
    proof of consent and withdrawal.
    """
    for reader in Subscriber.objects.filter(user=user):
        stop(subscriber=reader, channel=ConsentLog.Channel.ACCOUNT, now=timezone.now())


def follow_email(user: User, former: str) -> None:
    """Moves the digest of the account to the new address of `user`; an existing digest there is joined to the
    account.

    Logged as a consent for both addresses.
    """
    follow_account(user=user, now=timezone.now())


def what_goes_and_stays(user: User) -> Iterator[ErasureLine]:
    if Subscriber.objects.active().filter(user=user).exists():
        yield ErasureLine(Fate.GOES, _("The letter, with what you chose for it"))


def _consents(found: QuerySet[ConsentLog]) -> list[dict[str, Any]]:
    """Returns the log of consents, with its abbreviations in words."""
    rows = rows_of(found, "act", "frequency", "detail", "text_version", "channel", "at")
    matches = [CHOICE.fullmatch(part) for row in rows for part in row["detail"].split("; ")]
    keys = {key for match in matches if match and match["topics"] for key in match["topics"].split(", ")}
    titles = {str(topic.pk): topic.title for topic in TopicPage.objects.filter(pk__in=keys)}
    for row in rows:
        words = [_choice(part, titles) for part in row["detail"].split("; ")]
        row["detail"] = Labelled(row["detail"], ", ".join(words))
        row["frequency"] = labelled(row["frequency"], dict(Frequency.choices))
    return rows


def _choice(part: str, titles: Mapping[str, str]) -> str:
    """Returns a part of `ConsentLog.detail` in words; a part truncated by the column length is returned unchanged."""
    match = CHOICE.fullmatch(part)
    if match is None:
        return part
    if match["day"]:
        return gettext("on %(day)s at %(hour)s:00") % {"day": WEEKDAYS[int(match["day"])], "hour": match["hour"]}
    if match["topics"]:
        subjects = ", ".join(titles.get(key, gettext("a former subject")) for key in match["topics"].split(", "))
        words = gettext("only these subjects: %(subjects)s") if match["only"] else gettext("first: %(subjects)s")
        return words % {"subjects": subjects}
    if match["pause"]:
        return gettext("pause until %(day)s") % {"day": date_format(date.fromisoformat(match["pause"]))}
    return gettext("no e-mail at once")


def _subscription(reader: Subscriber) -> dict[str, Any]:
    fields = (
        "email", "status", "frequency", "weekday", "hour", "rhythm_since", "paused_until", "only_topics", "immediate",
        "verified_at", "started_at", "created_at",
    )  # fmt: skip
    topics = [topic.title for topic in reader.topics.all()]
    said = {name: getattr(reader, name) for name in fields} | {
        "status": labelled(reader.status, dict(Subscriber.Status.choices)),
        "frequency": labelled(reader.frequency, dict(Frequency.choices)),
        "weekday": Labelled(str(reader.weekday), reader.get_weekday_display()),
    }
    return said | {"topics": topics, "has_account": bool(reader.user_id)}
