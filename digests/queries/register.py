"""Head of the register of decisions, printed at the foot of a digest: number of decisions, hash of the last entry."""

from collections.abc import Sequence
from datetime import datetime

from committee.register.queries import RegisterHead, head_at
from digests.models import Delivery


def register_heads(deliveries: Sequence[Delivery]) -> list[RegisterHead | None]:
    """Returns the head of the register at the cutoff of each of `deliveries`, saved or not.

    Two queries per edition, not per reader. A retry finds the same: entries are only added.
    """
    heads: dict[datetime, RegisterHead | None] = {}
    for cutoff in {delivery.edition.cutoff for delivery in deliveries}:
        heads[cutoff] = head_at(cutoff)
    return [heads[delivery.edition.cutoff] for delivery in deliveries]
