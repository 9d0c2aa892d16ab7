"""Tag of the tables of the admin: a cell that names its column."""

import re

from django import template
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
    html = cell.render_html(context)
    if not isinstance(cell.column, Column):
        return html
    labelled = html.replace("<td", format_html('<td data-label="{}"', cell.column.label), 1)
    return mark_safe(BLANK.sub("></td>", labelled))
