"""The way up from the pages of participation that are not Wagtail pages."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.templatetags.typography import typo
from participation.models import Discussion, Proposal
from participation.notifications.mentions import split

register = template.Library()


@register.inclusion_tag("components/breadcrumb.html", takes_context=True)
def participation_breadcrumb(
    context: RequestContext, current: str, subject: Proposal | Discussion | None = None
) -> dict[str, Any]:
    """Draws the breadcrumb: the list of proposals, then `subject` if there is one, then `current`."""
    parents = [(reverse("participation:proposal_list"), _("Proposals"))]
    if isinstance(subject, Proposal):
        parents.append((subject.get_absolute_url(), subject.title))
    elif subject is not None:
        parents.append((subject.subject_url, subject.subject_title))
    return {"parents": parents, "current": current, "request": context.get("request")}


@register.filter
def with_mentions(text: str, names: list[str]) -> SafeString:
    """Returns `text`, escaped and with the spaces of French, with « @ » and each of `names` in bold."""
    if not names:
        return typo(text)
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<strong class="mention">{}</strong>', piece) if is_name else typo(piece),)
            for piece, is_name in split(text, names)
        ),
    )
