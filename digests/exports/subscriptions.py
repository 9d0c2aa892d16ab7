"""Digest of an account in its export: choices, log of consents, messages that it wrote."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import verified_emails
from committee.models import TopicPage, topic_label
from common.personal_data import LabelledStr, PersonalDataSet, labelled, rows_of
from digests.models import ConsentLog, Frequency, Newsletter, Subscriber
from mailing.services import email_hashes

# Part of `ConsentLog.detail`, as written by `digests.services.subscriptions.describe`.
CHOICE = re.compile(
    r"day (?P<day>\d), (?P<hour>\d+) h"
    r"|subjects (?P<topics>\d+(?:, \d+)*)(?P<only> only)?"
    r"|pause until (?P<pause>\d{4}-\d\d-\d\d)"
    r"|nothing at once"
)


def readers_of(user: User) -> QuerySet[Subscriber]:
    """Returns the subscription of the account, and one that its addresses made without account.

    The second belongs to the person who reads the mails of that address, which this user has verified.
    """
    return Subscriber.objects.filter(Q(user=user) | Q(user=None, email__in=verified_emails(user)))


def subscriptions_of(user: User) -> Iterator[PersonalDataSet]:
    """Yields the choices for the letter."""
    readers = readers_of(user).order_by("pk").prefetch_related("topics")
    public = TopicPage.objects.published().in_bulk()
    yield PersonalDataSet(
        "digests.subscriptions", _("The letter"), [_subscription(reader, public) for reader in readers]
    )


def consents_of(user: User) -> Iterator[PersonalDataSet]:
    """Yields the log of consents, which is found by a hash of the addresses."""
    emails = {*verified_emails(user), *readers_of(user).values_list("email", flat=True)}
    hashes = [value for email in emails for value in email_hashes(email)]
    consents = ConsentLog.objects.filter(subscriber_hash__in=hashes).order_by("pk")
    yield PersonalDataSet("digests.consents", _("Choices about the letter"), _consents(consents))


def messages_written_by(user: User) -> Iterator[PersonalDataSet]:
    """Yields the number of messages to readers and members: their texts belong to the institution."""
    if count := Newsletter.objects.filter(Q(writer=user) | Q(sent_by=user)).count():
        act = LabelledStr("messages_to_readers", _("messages to readers"))
        yield PersonalDataSet("digests.acts", _("Work for the institution"), [{"act": act, "count": count}])


def _consents(consents: QuerySet[ConsentLog]) -> list[dict[str, Any]]:
    """Returns the log of consents, with its abbreviations in words."""
    rows = rows_of(consents, "act", "frequency", "detail", "text_version", "channel", "at")
    matches = [CHOICE.fullmatch(part) for row in rows for part in row["detail"].split("; ")]
    keys = {key for match in matches if match and match["topics"] for key in match["topics"].split(", ")}
    titles = {str(topic.pk): topic.title for topic in TopicPage.objects.published().filter(pk__in=keys)}
    for row in rows:
        choices = [_choice(part, titles) for part in row["detail"].split("; ")]
        row["detail"] = LabelledStr(row["detail"], ", ".join(choices))
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
        subjects = ", ".join(titles.get(key, topic_label(None)) for key in match["topics"].split(", "))
        template = gettext("only these subjects: %(subjects)s") if match["only"] else gettext("first: %(subjects)s")
        return template % {"subjects": subjects}
    if match["pause"]:
        return gettext("pause until %(day)s") % {"day": date_format(date.fromisoformat(match["pause"]))}
    return gettext("no e-mail at once")


def _subscription(reader: Subscriber, public: Mapping[int, TopicPage]) -> dict[str, Any]:
    fields = (
        "email", "status", "frequency", "weekday", "hour", "rhythm_since", "paused_until", "only_topics", "immediate",
        "verified_at", "started_at", "created_at",
    )  # fmt: skip
    topics = [topic_label(public.get(topic.pk)) for topic in reader.topics.all()]
    values = {name: getattr(reader, name) for name in fields} | {
        "status": labelled(reader.status, dict(Subscriber.Status.choices)),
        "frequency": labelled(reader.frequency, dict(Frequency.choices)),
        "weekday": LabelledStr(str(reader.weekday), reader.get_weekday_display()),
    }
    return values | {"topics": topics, "has_account": bool(reader.user_id)}
