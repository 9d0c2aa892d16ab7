"""Tag of the tables of the admin: a cell that names its column."""

import re
from typing import Any

from django import template
from django.template.base import render_value_in_context
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.ui.tables import BaseColumn, Column

register = template.Library()
BLANK = re.compile(r">\s+</td>\s*$")


@register.simple_tag(takes_context=True)
def labelled_cell(context: Context, cell: BaseColumn.Cell) -> SafeString:
    """Draws `cell`, with the name of its column in `data-label` if it shows a value; `admin-lists.css` writes it.

    A cell without a value holds no blanks either: it is `:empty` for the style sheet.
    """
    column = cell.column
    if not isinstance(column, Column):
        return cell.render_html(context)
    is_plain = column.cell_template_name == Column.cell_template_name
    html = plain_cell(column, cell.instance, context) if is_plain else cell.render_html(context)
    labelled = html.replace("<td", format_html('<td data-label="{}"', column.label), 1)
    return mark_safe(BLANK.sub("></td>", labelled))


def plain_cell(column: Column, instance: Any, context: Context) -> str:
    """Returns what `wagtailadmin/tables/cell.html` draws, without a template: most cells of a list are such."""
    value = column.get_cell_context_data(instance, context)["value"]
    text = "" if value is None else render_value_in_context(value, context)
    class_name = format_html('class="{}"', column.classname) if column.classname else ""
    return f"<td {class_name}>\n    {text}\n</td>\n"
