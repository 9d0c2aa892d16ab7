"""Search and site map: two ways to find a page besides the menu."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.search import QUERY_MAX_LENGTH, clean_query
from home.queries import site_map as queries
from home.queries.search import search as find
from home.queries.search import words_to_try
from home.queries.search_results import ResultKind
from home.services.empty_searches import note_empty_search
from participation.models import Comment
from participation.queries.discussions import comment_url


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Shows the results of `?q=`, by kind; `?type=` selects one, page by page. An unknown kind means all."""
    query = clean_query(request.GET.get("q", ""))
    requested_type = request.GET.get("type", "")
    kind = ResultKind(requested_type) if requested_type in ResultKind.values else None
    now = timezone.now()
    search_results = find(query, kind, page_number=request.GET.get("page"), request=request, now=now)
    if query and not search_results.total and not request.GET.get("page"):
        note_empty_search(query=query, today=timezone.localdate(now))
    result_count = dict(search_results.counts).get(kind, 0) if kind else search_results.total
    context = {
        "query": query,
        "address": f"{reverse('home:search')}?q={quote(query)}",
        "kind": kind,
        "found": search_results,
        "shown": result_count,
        "shown_in_words": dict(search_results.kinds).get(kind, "") if kind else search_results.total_in_words,
        "to_try": [] if search_results.total else words_to_try(query, now=now),
        "max_length": QUERY_MAX_LENGTH,
    }
    return render(request, "home/search.html", context)


@require_safe
def found_comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Redirects to a comment in its discussion. Its page is computed only on click."""
    comments = Comment.objects.visible_to(request.user).select_related(
        "thread", "discussion__proposal", "discussion__page"
    )
    comment = get_object_or_404(comments, pk=comment_id)
    return HttpResponseRedirect(comment_url(comment, request.user))


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """Shows all public pages except dated ones, by menu entry."""
    return render(request, "home/site_map.html", {"entries": queries.site_map(request)})
