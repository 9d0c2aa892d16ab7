"""Every chart of every page shows the same figures in its drawing and in its table."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from common.charts.frame import Chart
from home.views.sample_charts import CHARTS
from tests.charts import charts_in
from tests.home.test_links import whole_site

TEMPLATES = Path(settings.BASE_DIR) / "templates"

pytestmark = pytest.mark.django_db


def subclasses_of(kind: type) -> list[type]:
    return [kind, *(found for one in kind.__subclasses__() for found in subclasses_of(one))]


def test_charts_of_components_page_match_their_tables(client):
    charts = charts_in(client.get("/composants/").text)
    assert [one.title for one in charts] == [re.sub(r"\s+", " ", str(one.title)) for one in CHARTS]
    assert [fault for one in charts for fault in one.faults()] == []


def test_components_page_has_each_chart_type_and_an_empty_chart():
    assert {type(one) for one in CHARTS} == {kind for kind in subclasses_of(Chart) if hasattr(kind, "drawing")}
    assert any(one.is_empty for one in CHARTS)


@pytest.mark.thorough
def test_charts_of_the_demonstration_match_their_tables():
    walk, _texts = whole_site()
    found = {path: charts for path, page in walk.pages.items() if (charts := charts_in(page.html))}
    assert {"/representativite/"} < set(found)
    assert {
        path: faults for path, charts in found.items() if (faults := [f for one in charts for f in one.faults()])
    } == {}


def test_only_the_frame_includes_the_parts_of_a_chart():
    """Only the frame includes the parts of a chart; a card may, because it also gives the last value in words."""
    parts = {
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if re.search(r"components/charts/(?!chart\.html|small\.html)\w+\.html", path.read_text(encoding="utf-8"))
    }
    assert {Path(name).parent.as_posix() for name in parts} == {"components/charts"}


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("<td>12\xa0%</td>", "<td>13\xa0%</td>", "drawn"),
        ("<td>moins de 5</td>", "<td>4</td>", "drawn"),
        ("<caption", "<p", "no table"),
        ("chart__value", "other", "no figure"),
    ],
)
def test_differences_between_chart_and_table_are_detected(client, before, after, fault):
    """Control: differences are detected."""
    html = client.get("/composants/").text
    assert before in html
    assert any(fault in found for one in charts_in(html.replace(before, after)) for found in one.faults())
