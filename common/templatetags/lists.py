"""Rows of the tables of the admin: each cell names its column, and those of most lists are drawn without a template.

What is drawn here is what Wagtail's template of the same name draws: its own takes ten times as long, for 350 cells.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from django import template
from django.contrib.admin.utils import quote
from django.template.base import render_value_in_context
from django.template.context import Context
from django.template.defaultfilters import capfirst, date
from django.utils.formats import get_format
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext
from wagtail.admin.templatetags.wagtailadmin_tags import timesince_simple
from wagtail.admin.ui.tables import BaseColumn, Column, Table
from wagtail.admin.widgets.button import BaseButton

from common.forms import html_attributes
from common.templatetags.dates import coming

register = template.Library()
# The word of Wagtail, whose catalogue has its French.
SELECT = "Select"
BLANK = re.compile(r">\s+</td>\s*$")


@register.simple_tag(takes_context=True)
def table_rows(context: Context, table: Table) -> SafeString:
    """Draws the rows of `table`, each cell with the name of its column."""
    named = {name: _named(column) for name, column in table.columns.items()}
    rows = []
    for row in table.rows:
        with context.push(row=row):
            cells = [named[name](drawn_cell(cell.column, cell.instance, context)) for name, cell in row.items()]
        rows.append(f"<tr{html_attributes(row.attrs)}>{''.join(cells)}</tr>")
    # Every part was escaped.
    return mark_safe("\n".join(rows))


def _named(column: BaseColumn) -> Callable[[str], str]:
    """Returns what writes the name of `column` into one of its cells: `data-label`, which `admin-lists.css` shows.

    A cell without a value holds no blanks either: it is `:empty` for the style sheet. Boxes to tick have no name.
    """
    if not isinstance(column, Column):
        return str
    begin = format_html('<td data-label="{}"', column.label)
    return lambda cell: BLANK.sub("></td>", cell.replace("<td", begin, 1))


def drawn_cell(column: BaseColumn, instance: Any, context: Context) -> str:
    """Returns the cell of `instance`: drawn here if its column has one of the usual templates."""
    draw = DRAWN.get(column.cell_template_name)
    html = draw(column.get_cell_context_data(instance, context), context) if draw else None
    return column.render_cell_html(instance, context) if html is None else html


def _plain(cell: dict[str, Any], context: Context) -> str:
    text = "" if cell["value"] is None else render_value_in_context(cell["value"], context)
    return f"<td{_class(cell['column'].classname)}>{text}</td>"


def _date(cell: dict[str, Any], context: Context) -> str | None:
    """A moment or a day, as the project's `wagtailadmin/shared/human_readable_date.html` writes it."""
    value = cell["value"]
    if value and not isinstance(value, dt.date):
        return None
    shown = ""
    if value:
        is_moment = isinstance(value, dt.datetime)
        local = localtime(value) if is_moment else value
        shown = format_html(
            '<button type="button" class="w-human-readable-date" data-controller="w-tooltip"'
            ' data-w-tooltip-content-value="{}" data-w-tooltip-placement-value="top">'
            '<time class="w-human-readable-date__date" datetime="{}">{}</time></button>',
            date(local, get_format("DATETIME_FORMAT" if is_moment else "DATE_FORMAT")),
            local.isoformat(),
            coming(value) or capfirst(timesince_simple(value)),
        )
    return f"<td{_class(cell['column'].classname)}>{shown}</td>"


def _title(cell: dict[str, Any], context: Context) -> str:
    title = render_value_in_context(cell["value"], context)
    if cell["title_id"]:
        title = format_html('<span id="{}">{}</span>', cell["title_id"], mark_safe(title))
    if cell["link_url"]:
        title = f"<a{html_attributes(cell['link_attrs'])}>{title}</a>"
    elif cell["label_id"]:
        title = format_html('<label for="{}">{}</label>', cell["label_id"], mark_safe(title))
    buttons = "".join(f"<li>{_button(one, context)}</li>" for one in cell.get("buttons", ()) if one.show)
    actions = f'<ul class="actions">{buttons}</ul>' if cell.get("buttons") else ""
    class_name = conditional_escape(" ".join(filter(None, [cell["column"].classname, "title"])))
    return f'<td class="{class_name}"><div class="title-wrapper">{title}</div>{actions}</td>'


def _button(button: BaseButton, context: Context) -> str:
    """A link; one with an icon or a menu has a template."""
    if button.template_name != BaseButton.template_name or button.icon_name:
        return button.render_html(context)
    attributes = button.base_attrs_string if button.attrs else ""
    url, class_name, label = map(conditional_escape, (button.url, button.classname, button.label))
    return f'<a href="{url}" class="{class_name}"{attributes}>{label}</a>'


def _checkbox(cell: dict[str, Any], context: Context) -> str | None:
    """The box of a bulk action. That of a page says its state too: left to the template."""
    if cell["obj_type"] == "page":
        return None
    described = f' aria-describedby="{escape(cell["aria_describedby"])}"' if cell["aria_describedby"] else ""
    return (
        f'<td class="bulk-action-checkbox-cell"><input type="checkbox"'
        f' data-object-id="{escape(quote(cell["instance"].pk))}" data-bulk-action-checkbox'
        f' class="bulk-action-checkbox" aria-label="{escape(gettext(SELECT))}"{described}></td>'
    )


# By Wagtail's template: from what a column gives to it, the cell; nothing if it is left to the template after all.
DRAWN: Mapping[str | None, Callable[[dict[str, Any], Context], str | None]] = {
    "wagtailadmin/tables/cell.html": _plain,
    "wagtailadmin/tables/date_cell.html": _date,
    "wagtailadmin/tables/title_cell.html": _title,
    "wagtailadmin/bulk_actions/listing_checkbox_cell.html": _checkbox,
}


def _class(name: str | None) -> str:
    return format_html(' class="{}"', name) if name else ""
