"""What a person wrote and supports, whatever its state."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from participation.models import Comment, Follow, Proposal
from participation.views.draft_session import own_drafts

SHOWN = 100


@require_safe
@login_required
def contributions(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    comments = (
        Comment.objects.filter(author=user)
        .select_related("discussion__proposal", "discussion__page")
        .prefetch_related("decisions")
        .order_by("-created_at", "-pk")
    )
    supported = Proposal.objects.published().filter(supports__user=user).order_by("-supports__created_at")
    return render(
        request,
        "participation/contributions.html",
        {
            "parents": [(reverse("accounts:home"), _("My account"))],
            "drafts": own_drafts(request),
            "proposals": Proposal.objects.of(user).with_authors().prefetch_related("decisions")[:SHOWN],
            "comments": comments[:SHOWN],
            "follows": Follow.objects.proposals_of(user)[:SHOWN],
            "supported": supported[:SHOWN],
        },
    )
