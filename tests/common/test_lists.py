"""Tables of the admin: what is drawn without a template is what the template of Wagtail draws."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.template import Context
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column

from common.templatetags.lists import plain_cell


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("Un texte <b> & « autre »", id="text"),
        pytest.param("", id="empty"),
        pytest.param(None, id="nothing"),
        pytest.param(1234, id="number"),
        pytest.param(True, id="yes"),
        pytest.param(1.5, id="decimal"),
        pytest.param(dt.date(2026, 11, 24), id="day"),
        pytest.param(gettext_lazy("Author"), id="translated"),
    ],
)
@pytest.mark.parametrize("class_name", [None, "wide"])
def test_a_plain_cell_is_that_of_wagtail(value, class_name):
    column, row = Column("value", classname=class_name), SimpleNamespace(value=value)
    context = Context({"row": row, "table": None, "request": None})
    assert plain_cell(column, row, context) == column.render_cell_html(row, context)
