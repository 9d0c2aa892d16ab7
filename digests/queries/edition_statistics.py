"""What became of one edition: its readers, its letters, and why some were left out."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from digests.models import Delivery, Edition
from mailing.admin.actions import acts_on
from mailing.models import Message
from mailing.permissions import can_view_batches

State = Message.State
WAITING = (State.PENDING, State.CLAIMED, State.SENDING)
LEFT_OUT = (State.SKIPPED_EMPTY, State.CANCELLED, State.EXPIRED)
WENT_WRONG = (State.HELD, State.FAILED, State.BOUNCED)
# What the outbox notes of a row, in words.
WORDS = {
    "stopped by the reader": _("the reader stopped the letter"),
    "paused by the reader": _("the reader made a pause"),
    "the reader stopped or moved": _("the reader stopped the letter, or changed address"),
    "the reader made a pause": _("the reader made a pause"),
    "the reader is gone": _("the account was erased"),
    "the edition was cancelled": _("the edition was cancelled"),
    "batch cancelled": _("the sending was cancelled"),
    "suppressed address": _("the address is put aside: e-mails came back"),
    "nothing left to say": _("nothing was left to say: what it told was hidden meanwhile"),
    "superseded": _("a newer letter tells it"),
}


@dataclass(frozen=True)
class Reason:
    """How many readers, where their letters stand, and why."""

    state: str
    words: str
    count: int


@dataclass(frozen=True)
class Books:
    """The readers of an edition, each counted once: due = sent + waiting + left out + gone wrong."""

    due: int
    planned: int
    sent: int
    waiting: int
    left_out: list[Reason]
    went_wrong: list[Reason]


def books_of(edition: Edition) -> Books:
    """Counts the deliveries of `edition` and the states of their letters (one query)."""
    rows = Delivery.objects.filter(edition=edition).values_list("message__state", "message__last_error")
    found = list(rows.annotate(count=Count("pk")).order_by("-count", "message__last_error"))
    counts: Counter[str | None] = Counter()
    for state, _error, count in found:
        counts[state] += count
    silent = [Reason("", str(_("nothing new since the last letter")), counts[None])] if counts[None] else []
    return Books(
        due=sum(counts.values()),
        planned=sum(counts.values()) - counts[None],
        sent=counts[State.SENT],
        waiting=sum(counts[state] for state in WAITING),
        left_out=silent + [_reason(*row) for row in found if row[0] in LEFT_OUT],
        went_wrong=[_reason(*row) for row in found if row[0] in WENT_WRONG],
    )


def _reason(state: str, error: str, count: int) -> Reason:
    return Reason(str(State(state).label), str(WORDS.get(error, error)), count)


def account_of(edition: Edition, user: Any) -> dict[str, Any]:
    """What the page of `edition` shows; a batch is paused, resumed and cancelled where all batches are."""
    batch = edition.batch
    url = ""
    if batch and can_view_batches(user):
        url = reverse("lots_modeladmin_inspect", args=[batch.pk])
    return {
        "edition": edition,
        "books": books_of(edition),
        "batch": batch,
        "batch_url": url,
        "actions": acts_on(batch, user) if batch else [],
    }
