"""Denormalised counters of comments and supports, so that lists need no joins.

The UPDATE itself sets them to a COUNT: a wrong counter is corrected by the next change, and concurrent changes are
not lost.
"""

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from participation.models import Comment, Discussion, Proposal, Support


def _count(rows: QuerySet, group_by: str) -> Coalesce:
    counted = rows.order_by().values(group_by).annotate(total=Count("pk")).values("total")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def refresh_comment_count(*, discussion: Discussion) -> None:
    """Updates the number of published comments on the discussion and on its proposal."""
    refresh_comment_counts(discussions=Discussion.objects.filter(pk=discussion.pk))


def refresh_comment_counts(*, discussions: QuerySet[Discussion]) -> None:
    """Updates the counters of several discussions at once."""
    published = Comment.objects.published()
    discussions.update(comment_count=_count(published.filter(discussion=OuterRef("pk")), "discussion"))
    Proposal.objects.filter(pk__in=discussions.order_by().values("proposal")).update(
        comment_count=_count(published.filter(discussion__proposal=OuterRef("pk")), "discussion__proposal")
    )


def refresh_support_count(*, proposal: Proposal) -> None:
    """Updates the number of supports on this site; imported supports are counted separately and never change."""
    refresh_support_counts(proposals=Proposal.objects.filter(pk=proposal.pk))


def refresh_support_counts(*, proposals: QuerySet[Proposal]) -> None:
    """Updates the counters of several proposals at once."""
    proposals.update(support_count=_count(Support.objects.filter(proposal=OuterRef("pk")), "proposal"))


def refresh_every_count() -> None:
    """Updates the counters of all proposals and discussions, in two statements, for rows inserted in other ways."""
    published = Comment.objects.published()
    Discussion.objects.update(comment_count=_count(published.filter(discussion=OuterRef("pk")), "discussion"))
    Proposal.objects.update(
        support_count=_count(Support.objects.filter(proposal=OuterRef("pk")), "proposal"),
        comment_count=Coalesce(
            Subquery(Discussion.objects.filter(proposal=OuterRef("pk")).values("comment_count")[:1]), 0
        ),
    )
