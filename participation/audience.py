"""Who is told what happens to a proposal. The one place that knows: what moves a proposal asks here."""

from django.db.models import QuerySet

from accounts.models import User
from common.origins import Origin
from participation.models import Comment, DeskEntry, Proposal


def audience_of(proposal: Proposal) -> QuerySet[User]:
    """The accounts that are told each change of `proposal`: its author."""
    return User.objects.filter(proposals=proposal, is_active=True)


def audience_of_merge(proposal: Proposal) -> QuerySet[User]:
    """The accounts that are told, moreover, that `proposal` was merged: those who support it must choose again."""
    return User.objects.filter(supports__proposal=proposal, is_active=True).exclude(proposals=proposal)


def addresses_told(proposal: Proposal, *, but: int | None = None) -> list[str]:
    """The addresses that are told each change: those of the audience, without the account `but`, who made it.

    An author without account is told where an agent wrote down an address.
    """
    told = [user.email for user in audience_of(proposal) if user.pk != but]
    left = address_left_for(proposal)
    return [*told, left] if left else told


def address_of_author(text: Proposal | Comment) -> str:
    """Where the author of `text` is told what becomes of it; an empty text for what an import brought."""
    return text.author.email if text.author else address_left_for(text)


def address_left_for(text: Proposal | Comment) -> str:
    """The address that a person without account gave to an agent, if there is one. One query, none for the others."""
    if text.author_id or text.origin == Origin.ONLINE:
        return ""
    about = {"proposal": text.pk} if isinstance(text, Proposal) else {"comment": text.pk}
    return DeskEntry.objects.filter(**about).values_list("email", flat=True).first() or ""
