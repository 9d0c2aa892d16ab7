"""Views of the baselines: each does the job of a page with Django's ORM and a template, and nothing else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from participation.models import Comment, Proposal

ON_A_PAGE = 15
THREADS = 20


def static_string(request: HttpRequest) -> HttpResponse:
    """Returns a constant response: the cost of the framework alone."""
    return HttpResponse("Bonjour")


def bare_list(request: HttpRequest) -> HttpResponse:
    """Returns the first proposals and their total: two queries."""
    proposals = Proposal.objects.filter(state__in=Proposal.PUBLIC_STATES)
    latest = proposals.select_related("author", "topic").order_by("-published_at", "-pk")[:ON_A_PAGE]
    return render(request, "bench/list.html", {"proposals": latest, "count": proposals.count()})


def bare_proposal(request: HttpRequest, number: int) -> HttpResponse:
    """Returns a proposal with its first threads: three queries."""
    proposal = get_object_or_404(Proposal.objects.select_related("author", "discussion"), pk=number)
    comments = Comment.objects.filter(discussion=proposal.discussion, state="publie").select_related("author")
    roots = list(comments.filter(parent=None).order_by("created_at", "pk")[:THREADS])
    replies: dict[int, list[Comment]] = {root.pk: [] for root in roots}
    for reply in comments.filter(thread__in=list(replies)).order_by("created_at", "pk"):
        replies[reply.thread_id].append(reply)
    threads = [(root, replies[root.pk]) for root in roots]
    return render(request, "bench/proposal.html", {"proposal": proposal, "threads": threads})
