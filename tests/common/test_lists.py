"""Tables of the admin: what is drawn without a template is what the template draws."""

import datetime as dt
import re
from types import SimpleNamespace

import pytest
import time_machine
from django.template import Context
from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import (
    BulkActionsCheckboxColumn,
    ButtonsColumnMixin,
    Column,
    DateColumn,
    Table,
    TitleColumn,
)
from wagtail.admin.widgets.button import Button, ButtonWithDropdown, ListingButton

from common.templatetags import lists
from common.templatetags.lists import cell_of, table_rows

NOW = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)


class Titles(ButtonsColumnMixin, TitleColumn):
    pass


def hidden() -> Button:
    button = Button("Caché", url="/c/")
    button.show = False
    return button


def titles(**kwargs):
    column = Titles("value", **{"get_url": lambda row: "/texte/?a=1&b=2", **kwargs})
    column.buttons = [
        ListingButton(gettext_lazy("Publish"), url="/publier/?a=1&b=2", priority=2),
        ListingButton("Refuser <b>", url="/refuser/", attrs={"aria-label": "Refuser « ce texte »"}, priority=1),
        Button("Icône", url="/i/", icon_name="edit", priority=3),
        ButtonWithDropdown(buttons=[Button("Copier", url="/copier/")], attrs={"aria-label": "Autres"}, priority=4),
        hidden(),
    ]
    return column


VALUES = [
    pytest.param("Un texte <b> & « autre »", id="text"),
    pytest.param("", id="empty"),
    pytest.param(None, id="nothing"),
    pytest.param(1234, id="number"),
    pytest.param(True, id="yes"),
    pytest.param(1.5, id="decimal"),
    pytest.param(dt.date(2026, 11, 24), id="day"),
    pytest.param(gettext_lazy("Author"), id="translated"),
]
COLUMNS = [
    pytest.param(Column("value"), id="plain"),
    pytest.param(Column("value", classname="wide"), id="plain, of a class"),
    pytest.param(TitleColumn("value"), id="title without a link"),
    pytest.param(TitleColumn("value", label_prefix="choice"), id="title of a box"),
    pytest.param(titles(), id="title with buttons"),
    pytest.param(titles(classname="wide", link_classname="far", get_title_id=lambda row: f"row_{row.pk}"), id="named"),
    pytest.param(titles(link_attrs={"hidden": True, "download": False, "rel": 'x"y'}), id="title with attributes"),
]
MOMENTS = [
    pytest.param(NOW - dt.timedelta(days=9, hours=3), id="days ago"),
    pytest.param(NOW - dt.timedelta(days=800), id="years ago"),
    pytest.param(NOW - dt.timedelta(days=40), id="a month ago"),
    pytest.param(NOW - dt.timedelta(hours=5, minutes=20), id="hours ago"),
    pytest.param(NOW - dt.timedelta(minutes=1, seconds=30), id="a minute ago"),
    pytest.param(NOW - dt.timedelta(seconds=30), id="seconds ago"),
    pytest.param(NOW, id="now"),
    pytest.param(NOW + dt.timedelta(days=2), id="to come"),
    pytest.param(dt.date(2026, 7, 1), id="day of the past"),
    pytest.param(dt.date(2026, 12, 1), id="day to come"),
    pytest.param(None, id="none"),
]


def without_blanks(html):
    """What a browser makes the same of: blanks beside tags, and a slash at the end of one."""
    return re.sub(r"\s*(/?>|<)\s*", lambda found: found[1].strip("/"), re.sub(r"\s+", " ", html)).strip()


def same(column, row):
    context = Context({"row": row, "table": None, "request": None})
    assert column.cell_template_name in lists.DRAWN
    drawn = cell_of(column, context)(row, context.flatten()).replace(' data-label="Value"', "", 1)
    return without_blanks(drawn) == without_blanks(column.render_cell_html(row, context))


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("column", COLUMNS)
def test_a_cell_is_that_of_the_template(column, value):
    assert same(column, SimpleNamespace(value=value, pk=7))


@pytest.mark.parametrize("value", MOMENTS)
@pytest.mark.parametrize("class_name", [None, "wide"])
def test_a_date_is_that_of_the_template(class_name, value):
    with time_machine.travel(NOW, tick=False), timezone.override("Europe/Paris"):
        assert same(DateColumn("value", classname=class_name), SimpleNamespace(value=value))


@pytest.mark.parametrize("kind", ["snippet", "page"])
@pytest.mark.parametrize("key", [7, 'a_b"/'], ids=["number", "text"])
def test_a_box_of_a_bulk_action_is_that_of_the_template(kind, key):
    assert same(BulkActionsCheckboxColumn("bulk_actions", obj_type=kind), SimpleNamespace(pk=key, live=True))


def test_a_row_names_its_columns_but_of_empty_cells_the_blanks_go():
    columns = [Column("value", label="Valeur « b »"), BulkActionsCheckboxColumn("bulk_actions", obj_type="snippet")]
    table = Table(columns, [SimpleNamespace(value="Oui", pk=1), SimpleNamespace(value="", pk=2)])
    table.get_row_attrs = lambda row: {"class": f"row-{row.pk}"}
    rows = table_rows(Context({"table": table}), table)
    assert '<tr class="row-1"><td data-label="Valeur « b »">Oui</td><td class="bulk-action' in rows
    assert '<tr class="row-2"><td data-label="Valeur « b »"></td><td class="bulk-action' in rows
