"""Supports of proposals: giving one, taking it back."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from participation import permissions
from participation.errors import NotInvited, SupportClosed
from participation.models import Follow, Proposal, Support
from participation.services.counters import refresh_support_count, refresh_support_counts
from participation.services.follows import discussion_for_proposal, follow_automatically, forget_support


@transaction.atomic
def set_support(*, user: User, proposal: Proposal, supported: bool, now: datetime) -> bool:
    """Makes `user` support `proposal` or not, and returns whether that changed something.

    The wanted state is said, never toggled: a double click or a page sent again ends as the first one did. A unique
    constraint keeps two requests at the same time from counting twice. Raises `SupportClosed`, `NotInvited`.
    """
    proposal = Proposal.objects.select_related("call").select_for_update(of=("self",)).get(pk=proposal.pk)
    if not permissions.can_support(user, proposal, now):
        is_open = permissions.is_open_to_supports(proposal, now)
        raise NotInvited(proposal.call) if is_open and proposal.call else SupportClosed
    if supported:
        changed = Support.objects.get_or_create(proposal=proposal, user=user)[1]
    else:
        changed = bool(Support.objects.filter(proposal=proposal, user=user).delete()[0])
    if changed:
        discussion = discussion_for_proposal(proposal=proposal)
        if supported:
            follow_automatically(user=user, discussion=discussion, source=Follow.Source.SUPPORTED, now=now)
        else:
            forget_support(user=user, discussion=discussion)
        refresh_support_count(proposal=proposal)
    return changed


@transaction.atomic
def forget_supports(*, user: User) -> None:
    """Takes all supports of `user` back, whatever the phase: the account is about to go, and a support is a person."""
    proposals = Proposal.objects.filter(pk__in=list(user.supports.values_list("proposal", flat=True)))
    # Locked as by who supports at the same moment, always in this order: nobody counts what another has not committed.
    numbers = list(proposals.select_for_update().order_by("pk").values_list("pk", flat=True))
    user.supports.all().delete()
    refresh_support_counts(proposals=Proposal.objects.filter(pk__in=numbers))
