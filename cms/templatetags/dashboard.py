"""Tag of the dashboard of the admin: what waits, above the panels."""

from collections.abc import Sequence
from typing import Any

from django import template
from wagtail.admin.ui.components import Component

from cms.admin.dashboard import Overview

register = template.Library()


@register.inclusion_tag("cms/admin/dashboard_overview.html")
def dashboard_overview(panels: Sequence[Component]) -> dict[str, Any]:
    """Shows how much waits in `panels`, what to begin with, and the way to each panel in which something waits."""
    return {"overview": Overview.of(panels)}
