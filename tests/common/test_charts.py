"""Charts: proportional lengths, words for missing figures, and an equivalent table."""

import datetime as dt
import re

import pytest
from django.template.loader import render_to_string

from common.charts.bars import Bars, Group
from common.charts.over_time import Calendar, Columns, Event, Point, StepLineChart, in_squares
from common.charts.states import Progress, ProgressItem, Stack
from common.charts.values import LENGTH_OF_HIDDEN, Hidden, Series, Tone, in_words, percent

WATER = Series("Part", Tone.WATER)


def length(words: str) -> float:
    return float(words.removesuffix("%"))


def bars(*values, **options):
    groups = [Group(f"Choix {number}", [value]) for number, value in enumerate(values)]
    return Bars(title="Titre", head="Choix", series=[WATER], groups=groups, **options)


def cells(chart):
    return [list(row.cells) for row in chart.table.rows]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (42, "42 %"),
        (33.2, "33,2 %"),
        (33.25, "33,25 %"),
        (45.0, "45,0 %"),
        (0, "0 %"),
        (None, "inconnu"),
        (Hidden(), "masqué"),
    ],
)
def test_in_words(value, words):
    assert in_words(value, "%") == words


def test_format_of_large_numbers_and_lengths():
    assert in_words(1_234_567) == "1\u00a0234\u00a0567"
    assert percent(1, 3) == "33.33%"
    assert percent(3, 0) == "0%"


def test_lengths_of_bars_are_relative_to_the_longest_or_to_full():
    lengths = [length(marks[0].length) for _group, marks, _facts in bars(50, 25, 10, unit="%").drawn]
    assert lengths == [100, 50, 20]
    lengths = [length(marks[0].length) for _group, marks, _facts in bars(50, 25, 10, full=100).drawn]
    assert lengths == [50, 25, 10]


def test_hidden_values_have_a_fixed_length_and_unknown_values_none():
    drawn = [marks[0] for _group, marks, _facts in bars(40, Hidden(), Hidden("moins de 5"), None, 0).drawn]
    assert [(one.tone, one.length, one.words) for one in drawn] == [
        (Tone.WATER, "100%", "40"),
        (Tone.HIDDEN, f"{LENGTH_OF_HIDDEN}%", "masqué"),
        (Tone.HIDDEN, f"{LENGTH_OF_HIDDEN}%", "moins de 5"),
        (Tone.WATER, "", "inconnu"),
        (Tone.WATER, "", "0"),
    ]


def test_a_chart_without_any_figure_is_empty():
    assert bars(None, None).is_empty
    assert not bars(0).is_empty
    assert not bars(Hidden(), None).is_empty
    assert Columns(title="T", head="A", value_head="B", points=[Point("2026", None)]).is_empty
    assert StepLineChart(title="T", head="A", value_head="B", points=[Point("2026", None)], target=3).is_empty
    assert Stack(title="T", head="A", value_head="B", states=[WATER], values=[0]).is_empty
    assert Calendar(title="T", head="A", note_head="B", year=2026, events=[]).is_empty
    assert Progress(title="T", head="A", states=[WATER], lines=[]).is_empty


def test_table_of_bars_has_values_then_facts():
    group = Group("Oui", [40], [118], "Adopté")
    chart = Bars(title="T", head="Choix", series=[WATER], groups=[group], fact_heads=["Nombre"], unit="%")
    assert list(chart.table.heads) == ["Choix", "Part", "Nombre"]
    assert [(row.label, row.cells) for row in chart.table.rows] == [("Oui (Adopté)", ["40 %", "118"])]


def test_number_of_values_must_match_the_series():
    with pytest.raises(ValueError, match="zip"):
        list(Bars(title="T", head="A", series=[WATER], groups=[Group("Oui", [1, 2])]).drawn)


def test_lengths_of_columns():
    chart = Columns(title="T", head="A", value_head="B", points=[Point("1", 30), Point("2", 10)], full=40)
    assert [(one.rest, one.length) for one in chart.drawn] == [("25%", "75%"), ("75%", "25%")]
    assert cells(chart) == [["30"], ["10"]]


def test_missing_figures_are_listed_in_a_remark_and_not_drawn_as_zero():
    points = [Point("2024", None), Point("2025", 0), Point("2026", None), Point("2027", Hidden())]
    for kind in (Columns, StepLineChart):
        chart = kind(title="T", head="A", value_head="B", points=points, notes=["Une note."])
        assert list(chart.remarks) == ["Une note.", "Pas de chiffre pour ceux-ci\u00a0: 2024, 2026"]
        assert [one.words for one in chart.drawn] == ["", "0", "", "masqué"]
        assert cells(chart) == [["inconnu"], ["0"], ["inconnu"], ["masqué"]]


def test_line_of_zeros_is_at_the_bottom():
    chart = StepLineChart(title="T", head="A", value_head="B", points=[Point("2024", 0), Point("2025", 0)])
    assert [one.top for one in chart.drawn] == ["100%", "100%"]


def test_parts_of_a_stack_are_contiguous_and_fill_it():
    states = [Series(name, Tone.YES) for name in ("a", "b", "c", "d")]
    chart = Stack(title="T", head="A", value_head="B", states=states, values=[2, None, 1, 1])
    assert [(one.start, one.length) for one in chart.drawn if one.length] == [
        ("0%", "50%"),
        ("50%", "25%"),
        ("75%", "25%"),
    ]
    assert cells(chart) == [["2"], ["inconnu"], ["1"], ["1"]]


def test_step_line_is_scaled_from_zero_to_the_target():
    points = [Point("2024", 20), Point("2025", None), Point("2026", 30), Point("2027", 40)]
    chart = StepLineChart(title="T", head="Année", value_head="B", points=points, target=80)
    assert [(one.start, one.end, one.top, one.before) for one in chart.drawn] == [
        ("0%", "25%", "75%", ""),
        ("25%", "50%", "", "75%"),
        ("50%", "75%", "62.5%", ""),
        ("75%", "100%", "50%", "62.5%"),
    ]
    assert chart.target_top == "0%"
    assert list(chart.remarks) == ["Pas de chiffre ici\u00a0: 2025"]
    assert cells(chart) == [["20"], ["inconnu"], ["30"], ["40"], ["80"]]


@pytest.mark.parametrize("year", [2019, 2023, 2024, 2026])
def test_a_calendar_has_a_square_for_each_day_of_the_year(year):
    chart = Calendar(title="T", head="A", note_head="B", year=year, events=[Event(dt.date(year, 1, 1), "Voeux")])
    days, weekends = [], 0
    for number, month in enumerate(chart.drawn, start=1):
        end = int(re.fullmatch(r"M0 0H(\d+)", month.days)[1])
        days += [dt.date(year, number, day + 1) for day in range((end + 2) // 10)]
        for place in re.findall(r"M(\d+) 0h8", month.weekends):
            weekends += 1
            assert dt.date(year, number, int(place) // 10 + 1).weekday() >= 5
    assert days[0] == dt.date(year, 1, 1)
    assert days[-1] == dt.date(year, 12, 31)
    assert len(days) == len(set(days)) == dt.date(year, 12, 31).timetuple().tm_yday
    assert weekends == sum(day.weekday() >= 5 for day in days)


def test_events_are_drawn_on_their_day_and_other_years_only_listed():
    events = [Event(dt.date(2019, 3, 31), "Bilan", "Données"), Event(dt.date(2020, 3, 1), "Après", "Ailleurs")]
    chart = Calendar(title="T", head="Séance", note_head="Sujet", year=2019, events=events)
    assert [[place for place, _event, _number in month.houses] for month in chart.drawn] == [[], [], [300], *[[]] * 9]
    assert [row.label for row in chart.table.rows] == ["31\u00a0mars 2019", "1er\u00a0mars 2020"]
    assert cells(chart) == [["Bilan", "Données"], ["Après", "Ailleurs"]]


def test_late_events_are_crossed_out_and_marked_in_list_and_table():
    events = [
        Event(dt.date(2026, 3, 1), "Guide", "Données", is_late=True),
        Event(dt.date(2026, 3, 9), "Bilan", is_late=True),
        Event(dt.date(2026, 5, 1), "Carte", "Sites"),
    ]
    chart = Calendar(title="T", head="Livrable", note_head="Où il en est", year=2026, events=events)
    assert cells(chart) == [["Guide", "En retard · Données"], ["Bilan", "En retard"], ["Carte", "Sites"]]
    year, events = render_to_string(chart.drawing, {"chart": chart}).split("<ol")
    assert [part.count("chart__late") for part in (year, events)] == [2, 2]
    assert [part.count("M8-5l-8 8") for part in (year, events)] == [2, 2]
    assert events.count("En retard") == 2


@pytest.mark.parametrize(
    ("number", "rows"),
    [
        (1, ["       #     ", "      ##     ", "       #     ", "       #     ", "      ###    "]),
        (25, ["    ### ###  ", "      # #    ", "    ### ###  ", "    #     #  ", "    ### ###  "]),
    ],
)
def test_the_number_of_a_day_is_drawn_in_squares(number, rows):
    squares = {tuple(map(int, one)) for one in re.findall(r"M(-?\d+) (-?\d+)h1v1h-1z", in_squares(number))}
    assert squares == {
        (place - 4, row - 4) for row, line in enumerate(rows) for place, sign in enumerate(line) if sign == "#"
    }


def test_progress_draws_a_square_per_part_and_omits_empty_states():
    states = [Series("Livré", Tone.YES), Series("À venir", Tone.WAITING)]
    lines = [ProgressItem("Sites", [3, 0]), ProgressItem("Données", [1, 2], "/donnees/")]
    chart = Progress(title="T", head="Sujet", states=states, lines=lines)
    drawn = [[(state.label, words, len(parts)) for state, words, parts in found] for _line, found in chart.drawn]
    assert drawn == [[("Livré", "3", 3)], [("Livré", "1", 1), ("À venir", "2", 2)]]
    assert cells(chart) == [["3", "0"], ["1", "2"]]
