"""Answers to a question of a survey, as charts and as rows of a file, from the same figures."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.charts.bars import Bars, Group
from common.charts.values import Hidden, Series, Tone
from common.suppression import MIN_COUNT, few
from fieldwork.surveys.queries.coding import CodeCount
from fieldwork.surveys.queries.results import GroupTally, Result, Results
from polls.kinds import kind_of
from polls.queries.charts import chart_of

# Question, its kind, group, answer or code, people, percentage, base, sentence of the code.
FileRow = tuple[str, str, str, str, int | str, int | str, int | str, str]


def charts_of(result: Result) -> list[Bars]:
    """Returns a chart for each part of `result`, or that of its codes; [] while texts are uncoded."""
    if kind_of(result.question).is_text:
        return [] if result.codes is None else [_codes_chart(result.codes, result.without_answer)]
    return [_chart(part) for part in result.parts]


def _chart(part: GroupTally) -> Bars:
    """Returns the chart of a part. Charts of groups keep the order of the form and a common scale."""
    chart = chart_of(part.tally)
    groups_by_choice = {line.choice: group for line, group in zip(part.tally.lines, chart.groups, strict=False)}
    groups = [groups_by_choice[line.choice] for line in part.lines if line.choice in groups_by_choice]
    title = f"{part.group.text} : {chart.title}" if part.group else chart.title
    notes = [*chart.notes, *_blanks(part.tally.without_answer)]
    if part.tally.without_answer and part.tally.question.makes_groups:
        notes.append(_("Without a group, their other answers are not shown."))
    return replace(chart, title=title, groups=groups, notes=notes, full=100)


def _blanks(without_answer: int) -> list[str]:
    """Returns a note with the number of people who left the question blank, if any."""
    note = ngettext("%(number)s person did not answer.", "%(number)s people did not answer.", without_answer)
    return [note % {"number": without_answer}] if without_answer else []


def _codes_chart(codes: Sequence[CodeCount], without_answer: int) -> Bars:
    is_hidden = any(count.people < MIN_COUNT for count in codes)
    return Bars(
        title=_("What people said, as the editors sorted it"),
        head=_("What was said"),
        series=[Series(_("People"), Tone.WATER)],
        groups=[Group(count.code.label, [shown_people(count)]) for count in codes],
        # Beside a hidden count, the number of blank answers would reveal it by subtraction.
        notes=[_("A person may have said several things."), *([] if is_hidden else _blanks(without_answer))],
        nothing=_("Nobody wrote anything."),
    )


def shown_people(count: CodeCount) -> int | Hidden:
    """Returns the number of people, hidden if small: words identify a person more than a choice."""
    return count.people if count.people >= MIN_COUNT else Hidden(few())


def rows_of(results: Results) -> Iterator[FileRow]:
    """Yields a row for each figure shown on the page."""
    for result in results.questions:
        question, kind = result.question.text, str(result.question.get_kind_display())
        for part in result.parts:
            group = part.group.text if part.group else ""
            for line in part.lines:
                yield question, kind, group, line.choice.text, line.people, line.percent, part.tally.people, ""
        for count in result.codes or ():
            value = shown_people(count)
            people = str(value.words) if isinstance(value, Hidden) else value
            yield question, kind, "", count.code.label, people, "", "", count.code.sentence
