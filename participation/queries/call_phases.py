"""Phases of a call for its page and for lists: dates, current phase, actions allowed to the user."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import AnyUser
from committee.models import public_topics
from common.templatetags.dates import MIDNIGHT, days, hour, in_city_time, short_day, short_deadline
from participation import permissions
from participation.models import CallPage
from participation.permissions import Act

Phase = CallPage.Phase

# Label and badge of a call in each phase, in lists and pages.
HEADINGS: dict[CallPage.Phase, Promise] = {
    Phase.COMING: pgettext_lazy("calls", "Coming"),
    Phase.PROPOSALS: gettext_lazy("Open calls"),
    Phase.DISCUSSION: gettext_lazy("Under discussion"),
    Phase.SUPPORT: gettext_lazy("Open to supports"),
    Phase.CLOSED: gettext_lazy("Closed"),
}
BADGES: dict[CallPage.Phase, tuple[Promise, str]] = {
    Phase.COMING: (pgettext_lazy("call", "Coming"), "waiting"),
    Phase.PROPOSALS: (gettext_lazy("Proposals are open"), "ongoing"),
    Phase.DISCUSSION: (gettext_lazy("Under discussion"), "ongoing"),
    Phase.SUPPORT: (gettext_lazy("Supports are open"), "ongoing"),
    Phase.CLOSED: (gettext_lazy("Closed"), "waiting"),
}
# Actions in words.
SENTENCES: dict[frozenset[Act], Promise] = {
    frozenset({Act.PROPOSE, Act.COMMENT, Act.SUPPORT}): gettext_lazy("You can make a proposal, comment and support."),
    frozenset({Act.PROPOSE, Act.COMMENT}): gettext_lazy("You can make a proposal and comment."),
    frozenset({Act.COMMENT, Act.SUPPORT}): gettext_lazy("You can comment on proposals and support them."),
    frozenset({Act.COMMENT}): gettext_lazy("You can comment on proposals."),
    frozenset(): gettext_lazy("You can read everything."),
}


@dataclass(frozen=True)
class PhaseRow:
    """Phase as a row of a timeline: `kind` is done, current or future; `what` lists the actions."""

    label: str
    kind: str
    when: str
    what: str


@dataclass(frozen=True)
class CallStatus:
    """Current phase of a call, and actions open to its audience (`acts`)."""

    phase: CallPage.Phase
    label: str
    badge: str
    lines: list[PhaseRow]
    acts: frozenset[Act]
    is_invited: bool


def call_status(call: CallPage, user: AnyUser, now: datetime) -> CallStatus:
    """Returns the status of `call` for `user` at `now`. One query for a signed-in user if the audience is limited."""
    phase = call.phase_at(now)
    label, badge = BADGES[phase]
    return CallStatus(
        phase=phase,
        label=str(label),
        badge=badge,
        lines=_lines(call, now),
        acts=permissions.acts_in(call, phase),
        is_invited=permissions.is_invited(user, call, now),
    )


def calls_in_order(now: datetime) -> QuerySet[CallPage]:
    """Returns the calls for their list: the phases with the most actions come first. Two queries."""
    calls = CallPage.objects.published().defer("body").prefetch_related(public_topics())
    return calls.annotate(discussion_count=Coalesce("discussion__comment_count", 0)).by_phase(now)


def under_headings(calls: Iterable[CallPage], now: datetime) -> list[tuple[str, list[tuple[CallPage, str]]]]:
    """Returns `calls`, which are in order, with their dates in words, under a heading for each phase."""
    return [
        (str(HEADINGS[phase]), [(call, next_date(call, now)) for call in calls_of_phase])
        for phase, calls_of_phase in groupby(calls, lambda call: call.phase_at(now))
    ]


def next_date(call: CallPage, now: datetime) -> str:
    """Returns in words when a call begins, or when its phase ends; "" if unknown."""
    phase = call.phase_at(now)
    if phase == Phase.COMING:
        first = next(iter(call.beginnings.values()), None)
        return _("From %(date)s") % {"date": short_day(first)} if first else ""
    end = call.end_of(phase)
    return _("Until %(date)s") % {"date": short_deadline(end)} if end else ""


def _lines(call: CallPage, now: datetime) -> list[PhaseRow]:
    current = call.phase_at(now)
    lines = []
    for phase, begins_at in call.beginnings.items():
        kind = "current" if phase == current else "done" if begins_at <= now else "future"
        sentence = SENTENCES[permissions.acts_in(call, phase)]
        lines.append(PhaseRow(str(phase.label), kind, _when(begins_at, call.last_day_of(phase)), str(sentence)))
    return lines


def _when(begins_at: datetime, last: date | None) -> str:
    if last:
        return days(in_city_time(begins_at).date(), last)
    if in_city_time(begins_at).time() == MIDNIGHT:
        return _("from %(date)s") % {"date": short_day(begins_at)}
    return _("from %(date)s, %(hour)s") % {"date": short_day(begins_at), "hour": hour(begins_at)}
