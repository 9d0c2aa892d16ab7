"""Mails to members about minutes. Each has a key, which prevents sending it twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.hooks import opted_out
from accounts.models import User
from committee.hooks import topic_followers
from committee.models import (
    Correction,
    Member,
    SessionAction,
    SessionDecision,
    SessionMinutes,
    SessionPage,
    public_topics,
)
from common.templatetags.dates import CITY_ZONE, short_day
from common.urls import absolute_url
from mailing.notifications import Notification, Recipient


@dataclass(frozen=True)
class RoundOpened(Notification):
    """Informs the members who sit on `day` and have an account, once per minutes, that they can propose corrections.

    With `only_for` it goes to that member alone, and lists the actions that the draft gives them: some are due before
    the approval. All share one key per account, so that nobody gets two.
    """

    record: SessionMinutes
    day: date
    only_for: Member | None = None

    kind = "committee.minutes-open"
    verbose_name = gettext_lazy("Minutes open to corrections")
    template = "emails/committee/minutes_open"
    subjects = (gettext_lazy("Minutes of %(day)s: propose your corrections before the end of %(until)s"),)

    @classmethod
    def send_all(cls, record: SessionMinutes, *, day: date, now: datetime) -> None:
        """Enqueues the mails to members with an action, then to the others."""
        for member in Member.objects.sitting(day).filter(pk__in=record.actions.values("member")).order_by("pk"):
            cls(record, day, only_for=member).send(now=now)
        cls(record, day).send(now=now)

    def recipients(self) -> list[Recipient]:
        users = _reachable(_sitting(self.day, self.only_for))
        return [Recipient(user.email, key=f"{self.kind}:{self.record.pk}:{user.pk}") for user in users]

    def expires_at(self, *, now: datetime) -> datetime:
        """Returns the end of the last day of the round."""
        until = self.record.corrections_until
        assert until is not None, "the round is open"  # noqa: S101
        return datetime.combine(until + timedelta(days=1), time(), tzinfo=CITY_ZONE)

    def subject(self) -> str:
        text = self.subjects[0]
        days = {"day": short_day(self.record.session.starts_at), "until": short_day(self.record.corrections_until)}
        return self.subject_line(text % days)

    def context(self) -> dict[str, Any]:
        return _context(self.record) | {"actions": _own(self.record.actions.all(), self.only_for, self.day)}


@dataclass(frozen=True)
class MinutesApproved(Notification):
    """Informs members who sit on `day`, or followers of the topics of decisions, that minutes are approved.

    With `only_for` it goes to that member alone, and lists their actions. All three share one key per account, so
    that nobody gets two. Digest recipients read about it in the digest.
    """

    record: SessionMinutes
    day: date
    is_for_members: bool
    only_for: Member | None = None

    kind = "committee.minutes-approved"
    verbose_name = gettext_lazy("Minutes approved")
    template = "emails/committee/minutes_approved"
    subjects = (gettext_lazy("The minutes of %(day)s are approved"),)

    @classmethod
    def send_all(cls, record: SessionMinutes, *, day: date, now: datetime) -> None:
        """Enqueues the mails to members with an action, then to other members and to followers."""
        with_action = Member.objects.sitting(day).filter(actions__session=record.session_id)
        for member in with_action.distinct().order_by("pk"):
            cls(record, day, is_for_members=True, only_for=member).send(now=now)
        for is_for_members in (True, False):
            cls(record, day, is_for_members).send(now=now)

    def recipients(self) -> list[Recipient]:
        return [Recipient(user.email, key=f"{self.kind}:{self.record.pk}:{user.pk}") for user in self._users()]

    def _users(self) -> list[User]:
        if not self.is_for_members:
            return _reachable(self._followers())
        return _reachable(_sitting(self.day, self.only_for))

    def _followers(self) -> list[User]:
        """Returns the followers; empty if the session is not public."""
        if not SessionPage.objects.published().filter(pk=self.record.session_id).exists():
            return []
        topics = self.record.decisions.exclude(topic=None).values_list("topic", flat=True)
        return sorted((user for user in topic_followers(set(topics)) if user.is_active), key=lambda user: user.pk)

    def subject(self) -> str:
        text = self.subjects[0]
        return self.subject_line(text % {"day": short_day(self.record.session.starts_at)})

    def context(self) -> dict[str, Any]:
        decisions = SessionDecision.objects.filter(session=self.record.session_id)
        return {
            "session": self.record.session,
            "decisions": decisions.prefetch_related(public_topics()),
            "actions": _own(SessionAction.objects.filter(session=self.record.session_id), self.only_for, self.day),
            "actions_url": absolute_url(f"{reverse('committee:minutes', args=[self.record.session.slug])}#actions"),
            "is_for_members": self.is_for_members,
            "url": absolute_url(self.record.session.get_url() or ""),
            "choices_url": absolute_url(reverse("digests:preferences")),
        }


@dataclass(frozen=True)
class CorrectionDecided(Notification):
    """Informs the author of a correction of the decision and its reason."""

    correction: Correction

    kind = "committee.correction-decided"
    verbose_name = gettext_lazy("Answer to a correction of the minutes")
    template = "emails/committee/correction_decided"
    subjects = ACCEPTED, REFUSED = (
        gettext_lazy("Your correction of the minutes of %(day)s is accepted"),
        gettext_lazy("Your correction of the minutes of %(day)s is not accepted"),
    )

    def recipients(self) -> list[Recipient]:
        author = self.correction.author
        users = _reachable([author] if author and author.is_active else [])
        return [Recipient(user.email, key=f"{self.kind}:{self.correction.pk}") for user in users]

    def subject(self) -> str:
        text = self.ACCEPTED if self.correction.state == Correction.State.ACCEPTED else self.REFUSED
        return self.subject_line(text % {"day": short_day(self.correction.record.session.starts_at)})

    def context(self) -> dict[str, Any]:
        return _context(self.correction.record) | {"correction": self.correction}


def _sitting(day: date, only_for: Member | None = None) -> QuerySet[User]:
    """Returns the active accounts of the members who sit on `day`, or of one of them."""
    users = User.objects.filter(member__in=Member.objects.sitting(day), is_active=True).order_by("pk")
    return users.filter(member=only_for) if only_for else users


def _own(actions: QuerySet[Any], member: Member | None, day: date) -> list[tuple[Any, bool]]:
    """Returns the actions of `member`, if any, each with whether it is overdue on `day`."""
    own = actions.filter(member=member) if member else actions.none()
    return [(action, action.due_on is not None and action.due_on < day) for action in own]


def _reachable(users: Iterable[User]) -> list[User]:
    users = list(users)
    excluded = opted_out([user.pk for user in users])
    return [user for user in users if user.pk not in excluded]


def _context(record: SessionMinutes) -> dict[str, Any]:
    return {
        "record": record,
        "session": record.session,
        "url": absolute_url(reverse("committee:minutes", args=[record.session.slug])),
    }
