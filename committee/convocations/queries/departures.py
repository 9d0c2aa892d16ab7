"""Convocations that have not left."""

from datetime import datetime

from committee.convocations.queries.calls import session_calls
from committee.models import ConvocationDraft


def departures(now: datetime) -> list[tuple[ConvocationDraft, int]]:
    """Returns the convocations about to leave, and those that were stopped, each with its number of recipients.

    At most four queries.
    """
    drafts = ConvocationDraft.objects.exclude(send_at=None, problem="").filter(session__starts_at__gt=now)
    draft_by_session = {draft.session: draft for draft in drafts.select_related("session")}
    return [
        (draft := draft_by_session[calls.session], len(calls.recipients(only_arrived=draft.only_arrived)))
        for calls in session_calls(draft_by_session, now)
    ]
