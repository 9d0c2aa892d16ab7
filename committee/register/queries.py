"""Reads of the register: its end at a moment."""

from dataclasses import dataclass
from datetime import datetime

from committee.models import RegisterEntry

# Characters of a hash that pages and mails show. The checker accepts them instead of the whole.
SHOWN = 16


@dataclass(frozen=True)
class Head:
    """End of the register at a moment: its number of decisions, and the hash of its last entry."""

    decisions: int
    hash: str

    @property
    def short_hash(self) -> str:
        return self.hash[:SHOWN]


def head_at(moment: datetime | None = None) -> Head | None:
    """Returns the end of the register as it was at `moment`, now by default; None while it was empty.

    Entries are only added and their moments never go back: asked again later, the answer is the same.
    """
    entries = RegisterEntry.objects.all()
    if moment is not None:
        entries = entries.filter(recorded_at__lte=moment)
    last = entries.values_list("hash", flat=True).last()
    return Head(entries.decisions().count(), last) if last else None
