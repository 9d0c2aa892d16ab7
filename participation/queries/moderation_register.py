"""The public register of moderation: counts, grounds, delays and appeals of twelve months. No names, no texts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet

from participation.models import Addendum, Appeal, Comment, Decision, Ground, Proposal, Report

PERIOD = timedelta(days=365)


@dataclass(frozen=True)
class ModerationCounts:
    """Numbers of decisions about one kind of text."""

    published: int
    refused: int

    @property
    def total(self) -> int:
        return self.published + self.refused


@dataclass(frozen=True)
class ModerationRegister:
    """Figures of the register, for the period that ends now.

    Delays are in whole hours, None if there was no wait. Addenda are counted as proposals.
    """

    since: datetime
    proposals: ModerationCounts
    comments: ModerationCounts
    grounds: list[tuple[str, int]]
    median_hours: int | None
    longest_hours: int | None
    waiting: int
    # Published at once, as the call allows; and published texts whose current version no moderator has read.
    at_once: int
    unread: int
    reports: int
    reports_kept: int
    reports_removed: int
    appeals: int
    overturned: int
    upheld: int

    @property
    def total(self) -> int:
        return self.proposals.total + self.comments.total

    @property
    def refused(self) -> int:
        return self.proposals.refused + self.comments.refused


def read_register(*, now: datetime) -> ModerationRegister:
    """Counts the decisions of the year before `now`. Constant number of queries."""
    since = now - PERIOD
    decisions = Decision.objects.filter(decided_at__gt=since, decided_at__lte=now)
    Outcome = Decision.Outcome
    published, refused, about_proposals = (
        Q(outcome=Outcome.PUBLISHED),
        Q(outcome=Outcome.REFUSED),
        Q(comment__isnull=True),
    )
    counts = decisions.aggregate(
        proposals_published=Count("pk", filter=about_proposals & published),
        proposals_refused=Count("pk", filter=about_proposals & refused),
        comments_published=Count("pk", filter=~about_proposals & published),
        comments_refused=Count("pk", filter=~about_proposals & refused),
        at_once=Count("pk", filter=Q(outcome=Outcome.UNREAD)),
    )
    by_ground = dict(decisions.filter(refused).order_by().values_list("ground").annotate(number=Count("pk")))
    appeals = Appeal.objects.filter(created_at__gt=since, created_at__lte=now).aggregate(
        received=Count("pk"),
        overturned=Count("pk", filter=Q(outcome=Appeal.Outcome.OVERTURNED)),
        upheld=Count("pk", filter=Q(outcome=Appeal.Outcome.UPHELD)),
    )
    reports = Report.objects.filter(created_at__gt=since, created_at__lte=now).aggregate(
        sent=Count("pk"),
        kept=Count("pk", filter=Q(outcome=Report.Outcome.KEPT)),
        removed=Count("pk", filter=Q(outcome=Report.Outcome.REMOVED)),
    )
    median, longest = _delays(decisions)
    return ModerationRegister(
        since=since,
        proposals=ModerationCounts(counts["proposals_published"], counts["proposals_refused"]),
        comments=ModerationCounts(counts["comments_published"], counts["comments_refused"]),
        grounds=[(str(Ground(value).label), by_ground[value]) for value in Ground.values if by_ground.get(value)],
        median_hours=median,
        longest_hours=longest,
        waiting=sum(model.objects.awaiting_moderation().count() for model in (Proposal, Addendum, Comment)),
        at_once=counts["at_once"],
        unread=Proposal.objects.published_unread().count() + Comment.objects.published_unread().count(),
        reports=reports["sent"],
        reports_kept=reports["kept"],
        reports_removed=reports["removed"],
        appeals=appeals["received"],
        overturned=appeals["overturned"],
        upheld=appeals["upheld"],
    )


def _delays(decisions: QuerySet[Decision]) -> tuple[int | None, int | None]:
    """Returns the median and the longest wait of a text for a decision, in whole hours.

    Sorted by the database, which returns only the two rows needed.
    """
    waited = ExpressionWrapper(F("decided_at") - F("waiting_since"), output_field=DurationField())
    delays = decisions.exclude(waiting_since=F("decided_at")).annotate(wait=waited).order_by("wait")
    count = delays.count()
    if not count:
        return None, None
    median, longest = (delays.values_list("wait", flat=True)[place] for place in ((count - 1) // 2, count - 1))
    return whole_hours(median), whole_hours(longest)


def whole_hours(duration: timedelta) -> int:
    return int(duration.total_seconds() // 3600)
