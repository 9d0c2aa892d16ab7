"""Search and the site map: the two other ways to find a page, beside the menu."""

from dataclasses import dataclass, field
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.models import Page

from cms.models import NewsPage
from cms.models.visibility import published_pages
from committee.models import SessionPage
from common.hooks import datasets
from common.search import QUERY_MAX_LENGTH, clean_query
from home.queries.search import search as find
from home.queries.search import words_to_try
from home.queries.search_results import Kind
from participation.models import CallPage, Comment
from participation.queries.discussions import comment_url
from veille.models import VeilleEntryPage

# Dated things are listed by their own pages; a map that repeated them would be too long to help.
LEFT_TO_THEIR_LISTS = (NewsPage, VeilleEntryPage, SessionPage, CallPage)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results of `?q=`, by kind; `?type=` keeps one kind, page by page. An unknown kind means all of them."""
    query = clean_query(request.GET.get("q", ""))
    asked = request.GET.get("type", "")
    kind = Kind(asked) if asked in Kind.values else None
    now = timezone.now()
    found = find(query, kind, page_number=request.GET.get("page"), request=request, now=now)
    shown = dict(found.counts).get(kind, 0) if kind else found.total
    context = {
        "query": query,
        "address": f"{reverse('home:search')}?q={quote(query)}",
        "kind": kind,
        "found": found,
        "shown": shown,
        "shown_in_words": dict(found.kinds).get(kind, "") if kind else found.total_in_words,
        "to_try": [] if found.total else words_to_try(query, now=now),
        "max_length": QUERY_MAX_LENGTH,
    }
    return render(request, "home/search.html", context)


@require_safe
def found_comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Leads to a comment in its discussion. Which page it is on is only worked out when somebody goes there."""
    comments = Comment.objects.visible_to(request.user).select_related(
        "thread", "discussion__proposal", "discussion__page"
    )
    comment = get_object_or_404(comments, pk=comment_id)
    return HttpResponseRedirect(comment_url(comment, request.user))


@dataclass
class MapEntry:
    """A page of the map and the pages under it."""

    page: Page
    url: str
    children: list["MapEntry"] = field(default_factory=list)


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """All public pages but dated ones, as nested lists. A page under a page that is not public is not shown."""
    pages = (
        published_pages(Page.objects.all()).filter(depth__gt=1).not_exact_type(*LEFT_TO_THEIR_LISTS).order_by("path")
    )
    entries: dict[str, MapEntry] = {}
    roots = []
    for page in pages:
        entry = MapEntry(page, page.get_url(request) or "")
        parent = entries.get(page.path[: -Page.steplen])
        if page.depth == 2:
            roots.append(entry)
        elif parent:
            parent.children.append(entry)
        else:
            continue
        entries[page.path] = entry
    return render(request, "home/site_map.html", {"roots": roots, "datasets": datasets()})
