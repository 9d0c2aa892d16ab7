"""Template tags of participation: breadcrumbs, calls, discussions and proposals under pages, mentions in comments."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.models import Page

from committee.models import TopicPage, public_topics
from common.templatetags.typography import typo
from participation.models import CallIndexPage, CallPage, Discussion, Proposal
from participation.notifications.mentions import split
from participation.queries import call_phases
from participation.queries.discussions import ThreadList, requested_discussion
from participation.queries.related import proposals_inspired_by, proposals_of_news
from participation.services.follows import discussion_for_page

register = template.Library()

MAX_PROPOSALS = 6

register.simple_tag(proposals_inspired_by)
register.simple_tag(proposals_of_news)


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


@register.simple_tag(takes_context=True)
def calls_by_phase(context: RequestContext, index: CallIndexPage) -> dict[str, Any]:
    """Returns one page of the `calls`, and the same in `groups`: under a heading for each phase."""
    now = timezone.now()
    calls = index.paginate(context["request"], call_phases.calls_in_order(now))
    return {"calls": calls, "groups": call_phases.under_headings(calls, now)}


@register.simple_tag(takes_context=True)
def shown_call(context: RequestContext, call: CallPage) -> dict[str, Any]:
    """Returns the phases of `call`, the actions allowed, its first proposals, and one page of its discussion.

    In a preview of a new page there are no proposals and no discussion.
    """
    request, now = context["request"], call.previewed_at or timezone.now()
    call_context: dict[str, Any] = {"status": call_phases.call_status(call, request.user, now)}
    if call.pk:
        discussion = getattr(call, "discussion", None) or discussion_for_page(page=call)
        discussion.page, discussion.proposal = call, None
        proposals = call.proposals.published().prefetch_related(public_topics()).order_by("-published_at", "-pk")
        call_context |= {
            "proposals": proposals[:MAX_PROPOSALS],
            "thread_list": requested_discussion(request, discussion, now=now),
        }
    return call_context


@register.simple_tag(takes_context=True)
def discussion_of(context: RequestContext, page: Page) -> Discussion | None:
    """Returns the discussion of `page` if it is open or has comments; None in a preview.

    Django keeps it on the page: head and content of a page need one query.
    """
    if getattr(context["request"], "is_preview", False):
        return None
    discussion: Discussion | None = getattr(page, "discussion", None)
    return discussion if discussion and (discussion.is_open or discussion.comment_count) else None


@register.simple_tag(takes_context=True)
def requested_threads(context: RequestContext, discussion: Discussion) -> ThreadList:
    """Returns the page of `discussion` requested in the URL."""
    return requested_discussion(context["request"], discussion, now=timezone.now())


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
