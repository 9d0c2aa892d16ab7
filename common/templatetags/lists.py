"""Rows of the tables of the admin: each cell names its column, and those of most lists are drawn without a template.

What is drawn here is what Wagtail's template of the same name draws: its own takes ten times as long, for 350 cells.
What all cells of a column have in common is found once for the table.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape
from typing import Any, TypeAlias

from django import template
from django.contrib.admin.utils import quote
from django.template.base import render_value_in_context
from django.template.context import Context
from django.template.defaultfilters import capfirst, date
from django.utils.formats import get_format
from django.utils.html import avoid_wrapping, conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import TIME_STRINGS, timesince
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext
from wagtail.admin.ui.tables import BaseColumn, Column, Table
from wagtail.admin.widgets.button import BaseButton

from common.forms import html_attributes
from common.templatetags.dates import coming

register = template.Library()
# Words of Wagtail, whose catalogue has their French.
AGO, JUST_NOW, NO_MINUTES, SELECT = "%(time_period)s ago", "just now", "0 minutes", "Select"
BLANK = re.compile(r">\s+</td>\s*$")
PLAIN = Column.get_cell_context_data
# From what a column gives to its template, the cell; nothing if it is left to the template after all.
Drawing: TypeAlias = Callable[[dict[str, Any]], str | None]


@register.simple_tag(takes_context=True)
def table_rows(context: Context, table: Table) -> SafeString:
    """Draws the rows of `table`, each cell with the name of its column."""
    cells = [cell_of(column, context) for column in table.columns.values()]
    # A column looks five things up for each cell: slow in a context, which is a pile of dictionaries.
    values: dict[Any, Any] = context.flatten()
    rows = []
    for row in table.rows:
        values["row"] = row
        with context.push(row=row):
            drawn = "".join(cell(row.instance, values) for cell in cells)
        rows.append(f"<tr{html_attributes(row.attrs)}>{drawn}</tr>")
    # Every part was escaped.
    return mark_safe("\n".join(rows))


def cell_of(column: BaseColumn, context: Context) -> Callable[[Any, dict[Any, Any]], str]:
    """Returns what draws a cell of `column` for an object, with its name in `data-label`: `admin-lists.css` shows it.

    It is drawn here if its column has one of the usual templates. A cell without a value holds no blanks: it is
    `:empty` for the style sheet. Boxes to tick have no name.
    """
    is_named = isinstance(column, Column)
    begin = format_html('<td data-label="{}"', column.label) if is_named else "<td"
    prepare = DRAWN.get(column.cell_template_name)
    draw = prepare(column, begin, context) if prepare else None
    gives = _value_of(column) if type(column).get_cell_context_data is PLAIN else column.get_cell_context_data

    def cell(instance: Any, values: dict[Any, Any]) -> str:
        html = draw(gives(instance, values)) if draw else None
        if html is not None:
            return html
        html = column.render_cell_html(instance, context)
        return BLANK.sub("></td>", html.replace("<td", begin, 1)) if is_named else html

    return cell


def _value_of(column: Any) -> Callable[[Any, dict[Any, Any]], dict[str, Any]]:
    """Returns what a column of Wagtail's own gives of each object, without the five other things that no cell shows."""

    def find(instance: Any, values: dict[Any, Any]) -> dict[str, Any]:
        value = column.get_value(instance)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        return {"value": value if str(value).strip() else column.empty_value_display}

    return find


def _shown(value: Any, context: Context) -> str:
    """What `{{ value }}` is."""
    return escape(value) if type(value) is str else render_value_in_context(value, context)


def _plain(column: Any, begin: str, context: Context) -> Drawing:
    start = f"{begin}{_class(column.classname)}>"

    def draw(cell: dict[str, Any]) -> str:
        value = cell["value"]
        return f"{start}{'' if value is None else _shown(value, context)}</td>"

    return draw


def _date(column: Any, begin: str, context: Context) -> Drawing:
    """A moment or a day, as the project's `wagtailadmin/shared/human_readable_date.html` writes it."""
    start, language = f"{begin}{_class(column.classname)}>", get_language()

    def draw(cell: dict[str, Any]) -> str | None:
        value = cell["value"]
        if not value:
            return f"{start}</td>"
        if not isinstance(value, dt.date):
            return None
        local = localtime(value) if isinstance(value, dt.datetime) else value
        full = _in_full(local.replace(tzinfo=None) if isinstance(local, dt.datetime) else local, language)
        return (
            f'{start}<button type="button" class="w-human-readable-date" data-controller="w-tooltip"'
            f' data-w-tooltip-content-value="{full}" data-w-tooltip-placement-value="top">'
            f'<time class="w-human-readable-date__date" datetime="{local.isoformat()}">'
            f"{coming(value) or _ago(timesince(value, time_strings=UNITS, depth=1), language)}</time></button></td>"
        )

    return draw


class _Unit:
    """A unit of `timesince`, which asks the catalogue anew for « 3 jours » of each row."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __mod__(self, values: dict[str, int]) -> str:
        return _some(self.name, values["num"], get_language())


@lru_cache(maxsize=256)
def _some(unit: str, number: int, language: str | None) -> str:
    return TIME_STRINGS[unit] % {"num": number}


UNITS: dict[str, Any] = {name: _Unit(name) for name in TIME_STRINGS}


@lru_cache(maxsize=4096)
def _in_full(local: dt.date, language: str | None) -> str:
    """Remembered: whoever reads a list sees the same moments again and again."""
    return escape(date(local, get_format("DATETIME_FORMAT" if isinstance(local, dt.datetime) else "DATE_FORMAT")))


@lru_cache(maxsize=256)
def _ago(period: str, language: str | None) -> str:
    """« Il y a 3 jours », of the first unit of `timesince`: Wagtail's `timesince_simple` begins with a capital."""
    is_now = period == avoid_wrapping(gettext(NO_MINUTES))
    return escape(capfirst(gettext(JUST_NOW) if is_now else gettext(AGO) % {"time_period": period}))


def _title(column: Any, begin: str, context: Context) -> Drawing:
    class_name = conditional_escape(" ".join(filter(None, [column.classname, "title"])))
    start = f'{begin} class="{class_name}"><div class="title-wrapper">'

    def draw(cell: dict[str, Any]) -> str:
        title = _shown(cell["value"], context)
        if cell["title_id"]:
            title = f'<span id="{_shown(cell["title_id"], context)}">{title}</span>'
        if cell["link_url"]:
            title = f"<a{html_attributes(cell['link_attrs'])}>{title}</a>"
        elif cell["label_id"]:
            title = f'<label for="{_shown(cell["label_id"], context)}">{title}</label>'
        buttons = "".join(f"<li>{_button(one, context)}</li>" for one in cell.get("buttons", ()) if one.show)
        actions = f'<ul class="actions">{buttons}</ul>' if cell.get("buttons") else ""
        return f"{start}{title}</div>{actions}</td>"

    return draw


def _button(button: BaseButton, context: Context) -> str:
    """A link; one with an icon or a menu has a template."""
    if button.template_name != BaseButton.template_name or button.icon_name:
        return button.render_html(context)
    attributes = button.base_attrs_string if button.attrs else ""
    url, class_name, label = (_shown(part, context) for part in (button.url, button.classname, button.label))
    return f'<a href="{url}" class="{class_name}"{attributes}>{label}</a>'


def _checkbox(column: Any, begin: str, context: Context) -> Drawing | None:
    """The box of a bulk action. That of a page says its state too: left to the template."""
    if column.obj_type == "page":
        return None
    label = escape(gettext(SELECT))

    def draw(cell: dict[str, Any]) -> str:
        described = f' aria-describedby="{escape(cell["aria_describedby"])}"' if cell["aria_describedby"] else ""
        return (
            f'{begin} class="bulk-action-checkbox-cell"><input type="checkbox"'
            f' data-object-id="{escape(str(quote(cell["instance"].pk)))}" data-bulk-action-checkbox'
            f' class="bulk-action-checkbox" aria-label="{label}"{described}></td>'
        )

    return draw


# By Wagtail's template: from a column, the beginning of its cells and the context of the table, what draws them.
DRAWN: Mapping[str | None, Callable[[Any, str, Context], Drawing | None]] = {
    "wagtailadmin/tables/cell.html": _plain,
    "wagtailadmin/tables/date_cell.html": _date,
    "wagtailadmin/tables/title_cell.html": _title,
    "wagtailadmin/bulk_actions/listing_checkbox_cell.html": _checkbox,
}


def _class(name: str | None) -> str:
    return format_html(' class="{}"', name) if name else ""
