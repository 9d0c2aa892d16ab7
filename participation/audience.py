"""Who is told what happens to a proposal. The one place that knows: what moves a proposal asks here."""

from django.db.models import QuerySet

from accounts.models import User
from participation.models import Proposal


def audience_of(proposal: Proposal) -> QuerySet[User]:
    """The accounts that are told each change of `proposal`: its author."""
    return User.objects.filter(proposals=proposal, is_active=True)


def audience_of_merge(proposal: Proposal) -> QuerySet[User]:
    """The accounts that are told, moreover, that `proposal` was merged: those who support it must choose again."""
    return User.objects.filter(supports__proposal=proposal, is_active=True).exclude(proposals=proposal)
