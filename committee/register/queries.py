"""End of the register at a moment: how many decisions it holds, and its last hash."""

from dataclasses import dataclass
from datetime import datetime

from committee.models import RegisterEntry

# How many characters of a hash people read. The checker takes them for the whole.
SHOWN = 16


@dataclass(frozen=True)
class Head:
    """The end of the register at a moment: how many decisions it holds, and the hash of its last entry."""

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
