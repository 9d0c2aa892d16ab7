"""Charts of who takes part: each question for members, participants and population; attendance."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committee.attendance.queries.figures import attendance_of, percent
from committee.models import SessionPage
from common.charts.bars import Bars, Group
from common.charts.over_time import Columns, Point
from common.charts.values import Hidden, Series, Tone, Value, in_words, largest
from common.templatetags.dates import brief_day
from indicators.models import Survey
from indicators.representativeness.queries.population import Question
from indicators.representativeness.queries.tables import AnswerShare, AnswerTable, Who, tables_of

# A gap below this number of percentage points counts as close: a dozen answers prove no more.
CLOSE = 5
# Number of sessions that fit in half a page.
LAST_SESSIONS = 8


def charts_of(survey: Survey, now: datetime) -> list[Bars | Columns]:
    """Returns a chart per question of the closed `survey`, then the attendance until `now`. Four queries."""
    return [*question_charts(survey), attendance_chart(now)]


def question_charts(survey: Survey) -> list[Bars]:
    """Returns a chart per question of the closed `survey`, all at the same scale. One query."""
    tables = tables_of(survey)
    questions = [[tables[who][place] for who in Who] for place in range(len(tables[Who.MEMBERS]))]
    full = largest(
        value
        for question_tables in questions
        for table in question_tables
        for line in table.lines
        for value in _values(line)
    )
    return [_question_chart(question_tables, full) for question_tables in questions]


def attendance_chart(now: datetime) -> Columns:
    """Returns the chart of the seats represented at the last sessions over at `now`.

    A session with incomplete attendance has no figure. Three queries.
    """
    attendances = attendance_of(reversed(SessionPage.objects.published().held(now)[:LAST_SESSIONS]))
    complete = [attendance for attendance in attendances if attendance.is_complete]
    mean = percent(
        sum(attendance.represented for attendance in complete), sum(attendance.seats for attendance in complete)
    )
    return Columns(
        title=_("Seats represented at the last sessions"),
        sentence=_("In all, somebody came for %(percent)s %% of the seats: a member or a substitute.")
        % {"percent": mean},
        head=_("Session"),
        value_head=_("Seats represented"),
        points=[
            Point(brief_day(attendance.session.starts_at), attendance.seat_rate if attendance.is_complete else None)
            for attendance in attendances
        ],
        unit="%",
        tone=Tone.BRICK,
        full=100,
        nothing=_("No attendance is noted yet."),
    )


def _question_chart(tables: Sequence[AnswerTable], full: float) -> Bars:
    """Returns the chart of a question from its tables, one for each of `Who`."""
    question = tables[0].question
    visible = [(_series(who), table) for who, table in zip(Who, tables, strict=True) if table.lines]
    return Bars(
        title=question.text,
        sentence=_sentence(question, visible),
        head=_("Answer"),
        series=[*(series for series, table in visible), Series(_("Population"), Tone.OUTLINE)],
        groups=[
            Group(group.label, [*(_share(table.lines[place]) for series, table in visible), group.percent])
            for place, group in enumerate(question.groups)
            if visible
        ],
        unit="%",
        full=full,
        notes=[_answers(who, table) for who, table in zip(Who, tables, strict=True)],
        nothing=_("Too few people answered this question to show anything."),
    )


def _series(who: Who) -> Series:
    if who == Who.MEMBERS:
        return Series(_("Committee"), Tone.BRICK)
    return Series(_("Participants"), Tone.WATER)


def _share(line: AnswerShare) -> Value:
    return Hidden() if line.percent is None else line.percent


def _values(line: AnswerShare) -> tuple[Value, Value]:
    return line.percent, line.group.percent


def _answers(who: Who, table: AnswerTable) -> str:
    """Returns the number of answers from `who`, or a sentence if they are too few to be shown."""
    if table.total is None:
        return _("%(who)s: too few people answered this question to show anything.") % {"who": _series(who).label}
    template = ngettext("%(who)s: %(number)s answer.", "%(who)s: %(number)s answers.", table.total)
    return template % {"who": _series(who).label, "number": table.total}


def _sentence(question: Question, visible: Sequence[tuple[Series, AnswerTable]]) -> str:
    """Returns the sentence about the largest gap from the population among the visible figures."""
    gaps = [
        (abs(line.percent - line.group.percent), series, line)
        for series, table in visible
        for line in table.lines
        if line.percent is not None and line.group.percent is not None
    ]
    if not gaps:
        return ""
    gap, series, line = max(gaps, key=lambda item: item[0])
    if gap < CLOSE:
        return _("All that is shown here is less than %(points)s points away from the population.") % {"points": CLOSE}
    parameters = {
        "group": line.group.label,
        "share": in_words(line.percent, "%"),
        "population": in_words(line.group.percent, "%"),
    }
    if series.tone == Tone.BRICK:
        return (
            _("The widest gap: “%(group)s”, %(share)s of the committee and %(population)s of the population.")
            % parameters
        )
    return (
        _("The widest gap: “%(group)s”, %(share)s of the participants and %(population)s of the population.")
        % parameters
    )
