"""The way up from the pages of the committee that are not Wagtail pages, and what is late."""

from datetime import date
from typing import Any

from django import template
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.translation import gettext as _

from committee.models import MinutesAction, SessionAction, SessionPage
from committee.naming import as_public

register = template.Library()


@register.inclusion_tag("components/breadcrumb.html", takes_context=True, name="committee_breadcrumb")
def committee_breadcrumb(context: RequestContext, current: str, register: bool = False) -> dict[str, Any]:
    """Draws the breadcrumb of a page under the committee's; `register`: under the register of decisions."""
    parents = [("/le-comite/", _("The committee"))]
    if register:
        parents.append((reverse("committee:register"), _("Register of decisions")))
    return {"parents": parents, "current": current, "request": context.get("request")}


@register.inclusion_tag("components/breadcrumb.html", takes_context=True)
def minutes_breadcrumb(context: RequestContext, current: str, session: SessionPage | None = None) -> dict[str, Any]:
    """Draws the breadcrumb: the account, the list of minutes, those of `session` if it is given, then `current`."""
    parents = [(reverse("accounts:home"), _("My account"))]
    if "session" in context:
        parents.append((reverse("committee:minutes_list"), _("Minutes of the sessions")))
    if session is not None:
        parents.append((reverse("committee:minutes", args=[session.slug]), session.heading))
    return {"parents": parents, "current": current, "request": context.get("request")}


register.filter("as_public", as_public)


@register.filter
def late_on(action: SessionAction | MinutesAction, today: date) -> bool:
    """Says whether `action` is late; one of a draft is not."""
    return isinstance(action, SessionAction) and action.is_late(today)
