"""Who is told what happens to a proposal. The one place that knows: what moves a proposal asks here."""

from django.db.models import Q, QuerySet

from accounts.models import User
from participation.models import Comment, Proposal
from participation.models.moderation import Moderated


def authors_of(proposal: Proposal) -> QuerySet[User]:
    """The accounts that are told each change of `proposal` at once and whole: its author and those who joined."""
    rule = Q(proposals=proposal) | Q(co_authorships__proposal=proposal)
    return User.objects.filter(rule, is_active=True).distinct().order_by("pk")


def followers_of(proposal: Proposal) -> QuerySet[User]:
    """The accounts that are told its public changes, moreover: who follows and did not make it."""
    return proposal.followers().exclude(pk__in=authors_of(proposal).order_by().values("pk")).order_by("pk")


def writers_of(text: Moderated) -> list[User]:
    """The accounts that are told what moderation decided about `text`; none for what an import brought."""
    if isinstance(text, Comment):
        return [text.author] if text.author and text.author.is_active else []
    return list(authors_of(text if isinstance(text, Proposal) else text.proposal))
