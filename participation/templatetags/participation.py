"""Template tags of participation: breadcrumbs, list of calls, mentions in comments."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from committee.models import TopicPage
from common.templatetags.typography import typo
from participation.models import CallPage, Discussion, Proposal
from participation.notifications.mentions import split
from participation.queries import call_phases

register = template.Library()


@register.inclusion_tag("components/breadcrumb.html", takes_context=True)
def participation_breadcrumb(
    context: RequestContext, current: str, proposal: Proposal | None = None, discussion: Discussion | None = None
) -> dict[str, Any]:
    """Renders the breadcrumb: list of proposals, then the proposal or the discussed page, then `current`."""
    parents = [(reverse("participation:proposal_list"), _("Proposals"))]
    if proposal is not None:
        parents.append((proposal.get_absolute_url(), proposal.title))
    if discussion is not None:
        parents.append((discussion.subject_url, discussion.subject_title))
    return {"parents": parents, "current": current, "request": context.get("request")}


@register.simple_tag
def has_proposals(topic: TopicPage) -> bool:
    """Returns whether there is a public proposal on `topic`, so that a link to their list is useful."""
    return Proposal.objects.published().filter(topic=topic).exists()


@register.simple_tag
def calls_by_phase() -> list[tuple[str, list[tuple[CallPage, str]]]]:
    """Returns the calls for their list, under a heading for each phase. See the query of the same name."""
    return call_phases.calls_by_phase(timezone.now())


@register.filter
def with_mentions(text: str, names: list[str]) -> SafeString:
    """Returns `text`, escaped and with French spacing, with « @ » and each of `names` in bold."""
    if not names:
        return typo(text)
    pieces = (
        (format_html('<strong class="mention">{}</strong>', piece) if is_name else typo(piece),)
        for piece, is_name in split(text, names)
    )
    return format_html_join("", "{}", pieces)
