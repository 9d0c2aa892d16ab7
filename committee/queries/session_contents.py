"""Contents of sessions for convocations: agenda, experts, proposals, minutes to approve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db.models import prefetch_related_objects
from django.http import HttpRequest

from cms.hooks import RelatedItem
from committee.hooks import related_to_rows
from committee.models import AgendaItem, SessionExpert, SessionMinutes, SessionPage


@dataclass(frozen=True)
class SessionContents:
    """Agenda of a session, and what members prepare for it: experts, proposals that it studies, minutes to approve."""

    agenda: list[AgendaItem]
    experts: list[SessionExpert]
    proposals: list[RelatedItem]
    # The sessions whose minutes are to be approved.
    to_approve: list[SessionPage]


def contents_of(sessions: Sequence[SessionPage], now: datetime) -> dict[int, SessionContents]:
    """Returns the contents of each of `sessions`, by primary key. The next session approves the minutes."""
    prefetch_related_objects(sessions, "agenda_items", "experts")
    rows = [item for one in sessions for item in one.agenda_items.all()]
    related = dict(zip(rows, related_to_rows(rows, HttpRequest()), strict=True))
    following = SessionPage.objects.live().to_begin(now).first()
    open_minutes = SessionMinutes.objects.filter(state=SessionMinutes.State.OPEN, session__starts_at__lte=now)
    minutes = open_minutes.select_related("session").order_by("session__starts_at") if following else []
    return {
        one.pk: SessionContents(
            agenda=list(one.agenda_items.all()),
            experts=list(one.experts.all()),
            proposals=list(dict.fromkeys(chain.from_iterable(related[item] for item in one.agenda_items.all()))),
            to_approve=[record.session for record in minutes] if one == following else [],
        )
        for one in sessions
    }
