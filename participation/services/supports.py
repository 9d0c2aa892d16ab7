"""Supports of proposals: give and withdraw."""

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
    """Makes `user` support `proposal` or not, and returns whether that changed anything.

    Idempotent: the state is given, never toggled, so that double clicks and resubmissions are harmless. A unique
    constraint prevents counting concurrent requests twice. Raises `SupportClosed`, `NotInvited`.
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
    """Withdraws all supports of `user` in any phase, before the account is deleted: each support needs a user."""
    proposals = Proposal.objects.filter(pk__in=list(user.supports.values_list("proposal", flat=True)))
    # Locked as in `set_support`, in primary key order, so that no count misses an uncommitted change.
    pks = list(proposals.select_for_update().order_by("pk").values_list("pk", flat=True))
    user.supports.all().delete()
    refresh_support_counts(proposals=Proposal.objects.filter(pk__in=pks))
