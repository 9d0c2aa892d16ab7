"""What a discussion of an address belongs to, when anyone may read it."""

from django.shortcuts import get_object_or_404

from participation.models import Discussion, Proposal
from participation.services.discussions import discussion_for_proposal


def get_discussion(number: int | None, discussion_id: int | None) -> Discussion:
    """Returns the discussion of the proposal `number` or the one named; what is hidden does not exist (404)."""
    public = Discussion.objects.public().with_subject()
    if number is None:
        return get_object_or_404(public, pk=discussion_id)
    if known := public.filter(proposal__pk=number).first():
        return known
    proposal = get_object_or_404(Proposal.objects.published(), pk=number)
    return get_object_or_404(public, pk=discussion_for_proposal(proposal=proposal).pk)
