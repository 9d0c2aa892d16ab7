"""Who is told what happens to a proposal. The one place that knows: what moves a proposal asks here."""

from django.db.models import Q, QuerySet

from accounts.models import User
from common.origins import Origin
from participation.models import Comment, DeskEntry, Proposal
from participation.models.moderation import Moderated


def authors_of(proposal: Proposal) -> QuerySet[User]:
    """The accounts that are told each change of `proposal` at once and whole: its author and those who joined."""
    rule = Q(proposals=proposal) | Q(co_authorships__proposal=proposal)
    return User.objects.filter(rule, is_active=True).distinct().order_by("pk")


def followers_of(proposal: Proposal) -> QuerySet[User]:
    """The accounts that are told its public changes, moreover: who follows and did not make it."""
    return proposal.followers().exclude(pk__in=authors_of(proposal).order_by().values("pk")).order_by("pk")


def addresses_told(proposal: Proposal, *, but: int | None = None) -> list[str]:
    """The addresses that are told each change at once: those of the authors, without the account `but`, who made it.

    An author without account is told where an agent wrote down an address.
    """
    told = [user.email for user in authors_of(proposal) if user.pk != but]
    left = address_left_for(proposal)
    return [*told, left] if left else told


def addresses_of_writers(text: Moderated) -> list[str]:
    """Where those who wrote `text` are told what moderation decided about it; none for what an import brought."""
    if not isinstance(text, Comment):
        return addresses_told(text if isinstance(text, Proposal) else text.proposal)
    address = address_of_author(text) if text.author is None or text.author.is_active else ""
    return [address] if address else []


def address_of_author(text: Moderated) -> str:
    """Where the first author of `text` is told what becomes of it; an empty text for what an import brought."""
    return text.author.email if text.author else address_left_for(text)


def address_left_for(text: Moderated) -> str:
    """The address that a person without account gave to an agent, if there is one. One query, none for the others."""
    if not isinstance(text, Proposal | Comment) or text.author_id or text.origin == Origin.ONLINE:
        return ""
    about = {"proposal": text.pk} if isinstance(text, Proposal) else {"comment": text.pk}
    return DeskEntry.objects.filter(**about).values_list("email", flat=True).first() or ""
