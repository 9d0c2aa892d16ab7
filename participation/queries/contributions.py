"""Contributions of a user in one list: own proposals, supported or followed ones, and those of other apps."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import pgettext

from accounts.hooks import MAX_CONTRIBUTIONS, contributions_of
from accounts.models import User
from participation.models import Follow, Proposal


@dataclass
class ContributionRow:
    """Row of the list, with a tag for each action of the user.

    `proposal` has its state and decisions if the user is an author; `unfollow_url` is set if it is followed.
    """

    title: str
    url: str
    at: datetime
    tags: list[str] = field(default_factory=list)
    state: str = ""
    proposal: Proposal | None = None
    unfollow_url: str = ""


def lines_of(user: User) -> list[ContributionRow]:
    """Returns the contributions of `user`: own proposals first, the latest first, without duplicates."""
    rows: dict[int, ContributionRow] = {}
    for proposal in Proposal.objects.of(user).with_authors().prefetch_related("decisions")[:MAX_CONTRIBUTIONS]:
        line = _line(rows, proposal, proposal.created_at, pgettext("contribution", "I proposed it"))
        line.proposal, line.state = proposal, proposal.state_label
    other_rows = [
        ContributionRow(contribution.title, contribution.url, contribution.at, [contribution.tag], contribution.state)
        for contribution in contributions_of(user)
    ]
    own = sorted([*rows.values(), *other_rows], key=lambda line: line.at, reverse=True)
    supported = (
        Proposal.objects.published().filter(supports__user=user).annotate(supported_at=F("supports__created_at"))
    )
    for proposal in supported.order_by("-supported_at")[:MAX_CONTRIBUTIONS]:
        _line(rows, proposal, proposal.supported_at, pgettext("contribution", "I support it"))
    for follow in Follow.objects.proposals_of(user)[:MAX_CONTRIBUTIONS]:
        followed: Any = follow.discussion.proposal
        line = _line(rows, followed, follow.created_at, pgettext("contribution", "I follow it"))
        line.unfollow_url = follow.discussion.follow_url
    rest = [line for line in rows.values() if line.proposal is None]
    return [*own, *sorted(rest, key=lambda line: line.at, reverse=True)]


def _line(rows: dict[int, ContributionRow], proposal: Proposal, at: datetime, tag: str) -> ContributionRow:
    line = rows.setdefault(proposal.pk, ContributionRow(proposal.title, proposal.get_absolute_url(), at))
    line.tags.append(tag)
    return line
