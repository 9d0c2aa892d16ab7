"""Statistics of one edition: readers, digests sent, digests left out and why."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from digests.models import Delivery, Edition
from mailing.models import Message

State = Message.State
WAITING = (State.PENDING, State.CLAIMED, State.SENDING, State.RESTORED)
LEFT_OUT = (State.SKIPPED_EMPTY, State.CANCELLED, State.EXPIRED)
WENT_WRONG = (State.HELD, State.FAILED, State.BOUNCED)
# Reasons noted in the outbox, as sentences.
REASON_LABELS = {
    "stopped by the reader": _("the reader stopped the letter"),
    "paused by the reader": _("the reader made a pause"),
    "the reader stopped or moved": _("the reader stopped the letter, or changed address"),
    "the reader made a pause": _("the reader made a pause"),
    "the reader is gone": _("the account was erased"),
    "account to be erased": _("Closed account"),
    "the edition was cancelled": _("the edition was cancelled"),
    "batch cancelled": _("the sending was cancelled"),
    "suppressed address": _("the address is put aside: e-mails came back"),
    "nothing left to say": _("nothing was left to say: what it told was hidden meanwhile"),
    "superseded": _("a newer letter tells it"),
    "given up after a restore": _("Restored e-mails cancelled"),
    # The name of the state says it.
    "too late": "",
}


@dataclass(frozen=True)
class Reason:
    """Number of readers whose digests are in one state for one reason."""

    state: str
    label: str
    count: int


@dataclass(frozen=True)
class EditionStats:
    """Readers of an edition, each counted once: due = sent + waiting + left out + failed."""

    due: int
    planned: int
    sent: int
    waiting: int
    left_out: list[Reason]
    went_wrong: list[Reason]


def edition_stats(edition: Edition) -> EditionStats:
    """Returns the numbers of deliveries of `edition` by state of their digest (one query)."""
    rows = Delivery.objects.filter(edition=edition).values_list("message__state", "message__last_error")
    rows_of_state = list(rows.annotate(count=Count("pk")).order_by("-count", "message__last_error"))
    counts: Counter[str | None] = Counter()
    for state, _error, count in rows_of_state:
        counts[state] += count
    silent = [Reason("", str(_("nothing new since the last letter")), counts[None])] if counts[None] else []
    return EditionStats(
        due=sum(counts.values()),
        planned=sum(counts.values()) - counts[None],
        sent=counts[State.SENT],
        waiting=sum(counts[state] for state in WAITING),
        left_out=silent + [_reason(*row) for row in rows_of_state if row[0] in LEFT_OUT],
        went_wrong=[_reason(*row) for row in rows_of_state if row[0] in WENT_WRONG],
    )


def _reason(state: str, error: str, count: int) -> Reason:
    return Reason(str(State(state).label), str(REASON_LABELS.get(error, error)), count)
