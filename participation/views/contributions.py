"""What a person wrote and supports, whatever its state."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from participation.models import Comment, Proposal

SHOWN = 100


@require_safe
@login_required
def contributions(request: HttpRequest) -> HttpResponse:
    comments = (
        Comment.objects.filter(author_id=request.user.pk)
        .select_related("discussion__proposal", "discussion__page")
        .order_by("-created_at", "-pk")
    )
    supported = Proposal.objects.published().filter(supports__user_id=request.user.pk).order_by("-supports__created_at")
    return render(
        request,
        "participation/contributions.html",
        {
            "proposals": Proposal.objects.filter(author_id=request.user.pk)[:SHOWN],
            "comments": comments[:SHOWN],
            "supported": supported[:SHOWN],
        },
    )
