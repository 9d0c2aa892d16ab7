"""Shortfalls of a year: late, missing or not noted. The report counts them, its page and its publication name them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from committee.attendance.queries.figures import attendance_of
from committee.models import (
    Attendance,
    Deliverable,
    SessionAction,
    SessionDecision,
    SessionMinutes,
    SessionPage,
    SessionQuerySet,
)
from committee.models.naming import as_public
from common.templatetags.dates import short_day
from indicators.hooks import Measure, Period
from indicators.restitution.queries.figures import SHORTFALL, Figure
from indicators.restitution.queries.names import NAMES, Name, Names
from participation.models import Proposal
from participation.queries.dossier import dossier_url
from participation.queries.gaps import gaps_of, proposals_with_gaps


@dataclass(frozen=True)
class Shortfall:
    """Missing things of one label: the number that was measured, and the names that are public."""

    label: str
    names: Names


@dataclass(frozen=True)
class Kind:
    """Kind of shortfall: its rows, and the name of a row."""

    measure: Measure
    name: Callable[[Any], Name]


def over_sessions(year: Period, now: datetime) -> SessionQuerySet:
    """Returns the public sessions of `year` that are over at `now`, whether anything shows that they were held."""
    return SessionPage.objects.published().held(now).filter(**year.during("starts_at"))


def recorded(sessions: SessionQuerySet, now: datetime) -> SessionQuerySet:
    """Returns those of `sessions` that an attendance sheet or public minutes show to have been held."""
    drafts = Q(minutes_record__in=_public_drafts(now))
    has_sheet = Q(pk__in=Attendance.objects.noted().values("session"))
    return sessions.filter(has_sheet | Q(minutes_published_at__isnull=False) | drafts)


def _public_drafts(now: datetime) -> QuerySet:
    return SessionMinutes.objects.public_drafts(timezone.localdate(now)).values("pk")


def measures(year: Period, now: datetime) -> Iterator[Measure]:
    """Yields the number of each kind of shortfall, zero included."""
    return (kind.measure for kind in _kinds(year, now))


def shortfalls_of(year: Period, measured_at: datetime, figures: list[Figure]) -> list[Shortfall]:
    """Returns what was missing when `figures` were measured, with the names of what still is. One query per kind.

    A report from before shortfalls were measured counts the names instead.
    """
    measured = {figure.key: figure.value for figure in figures}
    found = []
    for kind in _kinds(year, measured_at):
        rows = list(kind.measure.rows)
        count = int(measured.get(kind.measure.key, len(rows)) or 0)
        if count:
            found.append(Shortfall(kind.measure.label, Names([kind.name(row) for row in rows[:NAMES]], count)))
    return found


def _kinds(year: Period, now: datetime) -> Iterator[Kind]:
    measure = partial(Measure, section=_("What is missing"))
    yield from _kinds_of_sessions(year, now, measure)
    yield from _kinds_of_proposals(year, now, measure)


def _kinds_of_sessions(year: Period, now: datetime, measure: Callable[..., Measure]) -> Iterator[Kind]:
    today, over = timezone.localdate(now), over_sessions(year, now)
    noted = [one.session.pk for one in attendance_of(over) if one.is_complete or not one.seats]
    yield Kind(
        measure(
            key=f"{SHORTFALL}attendance",
            label=_("Sessions over whose attendance is not noted"),
            definition=_("Sessions of the year that are over and not cancelled, without a whole attendance sheet."),
            rows=over.exclude(pk__in=noted),
        ),
        _session,
    )
    yield Kind(
        measure(
            key=f"{SHORTFALL}minutes",
            label=_("Sessions over without minutes"),
            definition=_("Sessions of the year whose minutes were promised by that day and are not public."),
            rows=over.minutes_overdue(today),
        ),
        _session,
    )
    given = Q(session__in=over.order_by().values("pk")) | Q(due_on__year=year.year)
    yield Kind(
        measure(
            key=f"{SHORTFALL}actions",
            label=_("Actions late"),
            definition=_("Actions given or due in the year that are not done, and whose day was past."),
            rows=SessionAction.objects.published().filter(given).late(today).select_related("session"),
        ),
        _row,
    )
    decisions = SessionDecision.objects.published().filter(given, is_followed=True)
    yield Kind(
        measure(
            key=f"{SHORTFALL}decisions",
            label=_("Decisions late"),
            definition=_("Decisions taken or due in the year that are not carried out, and whose day was past."),
            rows=decisions.late(today).select_related("session"),
        ),
        _row,
    )
    yield Kind(
        measure(
            key=f"{SHORTFALL}deliverables",
            label=_("Deliverables late"),
            definition=_("Deliverables expected in the year that are not delivered, and whose day was past."),
            rows=Deliverable.objects.of_year(year.year).late(today),
        ),
        _deliverable,
    )


def _kinds_of_proposals(year: Period, now: datetime, measure: Callable[..., Measure]) -> Iterator[Kind]:
    today = timezone.localdate(now)
    of_year = Q(**year.during("published_at")) | Q(answer_due_on__year=year.year)
    yield Kind(
        measure(
            key=f"{SHORTFALL}answers",
            label=_("Answers late"),
            definition=_("Proposals published, or due for an answer, in the year, whose day was past without one."),
            rows=Proposal.objects.answer_overdue(today).filter(of_year).select_related("topic"),
        ),
        _answer,
    )
    yield Kind(
        measure(
            key=f"{SHORTFALL}chains",
            label=_("Broken chains"),
            definition=_("Proposals published in the year with a gap between what was said and what can be seen."),
            rows=proposals_with_gaps(now).filter(**year.during("published_at")).select_related("topic"),
        ),
        _chain,
    )


def _late(**fields: Any) -> Name:
    return Name(kind="no", label=pgettext("dossier", "Late"), **fields)


def _since(due_on: Any) -> str:
    return _("expected since %(day)s") % {"day": short_day(due_on)}


def _session(session: SessionPage) -> Name:
    return Name(title=session.title, url=session.get_url() or "", meta=short_day(session.starts_at))


def _row(row: SessionAction | SessionDecision) -> Name:
    anchor = "actions" if isinstance(row, SessionAction) else "decisions"
    url = f"{row.session.get_url() or ''}#{anchor}"
    return _late(title=as_public(row.text), url=url, about=row.session.title, meta=_since(row.due_on))


def _deliverable(row: Deliverable) -> Name:
    url = f"{row.topic.get_url() or ''}#livrables"
    return _late(title=row.title, url=url, about=row.topic.title, meta=_since(row.due_on))


def _answer(proposal: Proposal) -> Name:
    about = proposal.category
    return _late(
        title=proposal.title, url=proposal.get_absolute_url(), about=about, meta=_since(proposal.answer_due_on)
    )


def _chain(proposal: Proposal) -> Name:
    meta = " · ".join(str(gap.label) for gap in gaps_of(proposal))
    return Name(title=proposal.title, url=dossier_url(proposal), meta=meta)
