"""Charts of the annual report: calendar of the year, state of the proposals and of the deliverables."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from committee.models import Deliverable
from common.charts.over_time import Calendar, Event
from common.charts.states import Stack
from common.charts.values import Series, Tone
from common.templatetags.dates import in_city_time, short_day
from indicators.hooks import Period
from indicators.restitution.queries import standings
from indicators.restitution.queries.names import ByState, YearSession
from participation.queries.standings import by_tone, taken_up_sentence


def calendar(year: Period, sessions: Sequence[YearSession], day: date) -> Calendar:
    """Returns the calendar of the year, with a house for each public session, of which some were to come on `day`.

    No query. Its title has no number, since a session may be withdrawn after the figures are measured.
    """
    days = [in_city_time(year_session.session.starts_at).date() for year_session in sessions]
    return Calendar(
        title=_as_of(day, _("The sessions of %(year)s") % {"year": year.year}),
        sentence=_("Each small house is a session, in the colour of its topic."),
        head=_("Session"),
        note_head=_("Topic"),
        year=year.year,
        events=[
            Event(
                held_on,
                year_session.session.title,
                ", ".join(
                    filter(
                        None,
                        [year_session.topic.title if year_session.topic else "", _("to come") if held_on > day else ""],
                    )
                ),
                year_session.session.get_url() or "",
                year_session.topic.family if year_session.topic else "",
            )
            for held_on, year_session in zip(days, sessions, strict=True)
        ],
        nothing=_("There was no session that year."),
    )


def proposals_chart(year: Period, counts: ByState, day: date) -> Stack:
    """Returns the proposals of `year` by state on `day`, from `counts`, without empty states. No query."""
    total = sum(counts.values())
    title = ngettext("%(number)s proposal published in %(year)s", "%(number)s proposals published in %(year)s", total)
    return _stack(
        by_tone(counts),
        title=_as_of(day, title % {"number": total, "year": year.year}),
        sentence=taken_up_sentence(counts),
        nothing=_("No proposal was published that year."),
    )


def deliverables_chart(year: Period, counts: Mapping[str, int], day: date) -> Stack:
    """Returns the deliverables of `year` by state on `day`, from `counts`. No query."""
    done, total = counts[standings.IN_TIME] + counts[standings.AFTER_ITS_DAY], sum(counts.values())
    title = ngettext(
        "%(number)s deliverable expected in %(year)s", "%(number)s deliverables expected in %(year)s", total
    )
    return _stack(
        [
            (Series(_("Delivered in time"), Tone.YES), counts[standings.IN_TIME]),
            (Series(_("Delivered late"), Tone.PARTLY), counts[standings.AFTER_ITS_DAY]),
            (Series(Deliverable.State.ONGOING.label, Tone.ONGOING), counts[standings.ONGOING]),
            (Series(Deliverable.State.PLANNED.label, Tone.WAITING), counts[standings.PLANNED]),
            (Series(pgettext("dossier", "Late"), Tone.NO), counts[standings.LATE]),
        ],
        title=_as_of(day, title % {"number": total, "year": year.year}),
        sentence=_deliverables_sentence(done, total),
        nothing=_("No deliverable was expected that year."),
    )


def _as_of(day: date, title: str) -> str:
    """Returns `title` with the day of its numbers."""
    return _("%(title)s, as of %(day)s") % {"title": title, "day": short_day(day)}


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
