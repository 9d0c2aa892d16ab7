"""Charts of the annual report: calendar of the year, state of the proposals and of the deliverables."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from committee.models import Deliverable
from common.charts.over_time import Calendar, Event
from common.charts.states import Stack
from common.charts.values import Series, Tone
from common.templatetags.dates import in_city_time, short_day
from indicators.hooks import Period
from indicators.restitution.queries.names import ByState, YearSession
from participation.queries.standings import by_tone, taken_up_sentence


def calendar(year: Period, sessions: Sequence[YearSession], today: date) -> Calendar:
    """Returns the calendar of the year, with a house for each session. No query."""
    days = [in_city_time(year_session.session.starts_at).date() for year_session in sessions]
    title = ngettext("%(number)s session in %(year)s", "%(number)s sessions in %(year)s", len(sessions))
    if coming := sum(day > today for day in days):
        title = ngettext(
            "%(number)s session in %(year)s, of which %(coming)s to come",
            "%(number)s sessions in %(year)s, of which %(coming)s to come",
            len(sessions),
        )
    return Calendar(
        title=_as_of(today, title % {"number": len(sessions), "year": year.year, "coming": coming}),
        sentence=_("Each small house is a session, in the colour of its topic."),
        head=_("Session"),
        note_head=_("Topic"),
        year=year.year,
        events=[
            Event(
                day,
                year_session.session.title,
                ", ".join(
                    filter(
                        None,
                        [year_session.topic.title if year_session.topic else "", _("to come") if day > today else ""],
                    )
                ),
                year_session.session.get_url() or "",
                year_session.topic.family if year_session.topic else "",
            )
            for day, year_session in zip(days, sessions, strict=True)
        ],
        nothing=_("There was no session that year."),
    )


def proposals_chart(year: Period, counts: ByState, today: date) -> Stack:
    """Returns the proposals of `year` by state on `today`, from `counts`, without empty states. No query."""
    total = sum(counts.values())
    title = ngettext("%(number)s proposal published in %(year)s", "%(number)s proposals published in %(year)s", total)
    return _stack(
        by_tone(counts),
        title=_as_of(today, title % {"number": total, "year": year.year}),
        sentence=taken_up_sentence(counts),
        nothing=_("No proposal was published that year."),
    )


def deliverables_chart(year: Period, rows: Iterable[Deliverable], today: date) -> Stack:
    """Returns the deliverables of `year` by state on `today`, from `rows`. No query."""
    deliverables = list(rows)
    done = [row for row in deliverables if row.is_done]
    in_time = [row for row in done if row.due_on is None or (row.done_on is not None and row.done_on <= row.due_on)]
    late = [row for row in deliverables if row.is_late(today)]
    coming = [row for row in deliverables if not row.is_done and not row.is_late(today)]
    ongoing = [row for row in coming if row.state == Deliverable.State.ONGOING]
    title = ngettext(
        "%(number)s deliverable expected in %(year)s", "%(number)s deliverables expected in %(year)s", len(deliverables)
    )
    return _stack(
        [
            (Series(_("Delivered in time"), Tone.YES), len(in_time)),
            (Series(_("Delivered late"), Tone.PARTLY), len(done) - len(in_time)),
            (Series(Deliverable.State.ONGOING.label, Tone.ONGOING), len(ongoing)),
            (Series(Deliverable.State.PLANNED.label, Tone.WAITING), len(coming) - len(ongoing)),
            (Series(pgettext("dossier", "Late"), Tone.NO), len(late)),
        ],
        title=_as_of(today, title % {"number": len(deliverables), "year": year.year}),
        sentence=_deliverables_sentence(len(done), len(deliverables)),
        nothing=_("No deliverable was expected that year."),
    )


def _as_of(today: date, title: str) -> str:
    """Returns `title` with the date of its number, which differs from that of the stored figures."""
    return _("%(title)s, as of %(day)s") % {"title": title, "day": short_day(today)}


def _deliverables_sentence(done: int, whole: int) -> str:
    if done == whole:
        return _("All of them are there.")
    if not done:
        return _("None is there yet.")
    template = ngettext("%(done)s of %(whole)s is there.", "%(done)s of %(whole)s are there.", done)
    return template % {"done": done, "whole": whole}


def _stack(parts: Iterable[tuple[Series, int]], *, title: str, sentence: str, nothing: str) -> Stack:
    visible = [(series, count) for series, count in parts if count]
    return Stack(
        title=title,
        sentence=sentence,
        head=_("State"),
        value_head=_("Number"),
        states=[series for series, _number in visible],
        values=[count for _series, count in visible],
        nothing=nothing,
    )
