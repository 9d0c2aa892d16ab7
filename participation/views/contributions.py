"""Contributions of a user, appeals and claims of desk entries; public register of moderation."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.hooks import MAX_CONTRIBUTIONS
from accounts.models import User
from common.errors import Refusal
from participation import permissions
from participation.forms.discussions import AppealForm
from participation.forms.receipts import AttachForm
from participation.models import Comment, Decision, Discussion, deadlines
from participation.models.deadlines import READING_WORKING_DAYS
from participation.queries.contributions import lines_of
from participation.queries.moderation_register import read_register
from participation.services import appeals, desk
from participation.views.draft_session import own_drafts


@require_safe
@login_required
def contributions(request: HttpRequest) -> HttpResponse:
    """Lists the contributions of the user, and their comments, in any state."""
    user = cast(User, request.user)
    comments = (
        Comment.objects.filter(author=user)
        .annotate(is_seen=Exists(Discussion.objects.public().filter(pk=OuterRef("discussion"))))
        .select_related("discussion__proposal", "discussion__page")
        .prefetch_related("decisions")
        .order_by("-created_at", "-pk")
    )
    latest = list(comments[: MAX_CONTRIBUTIONS + 1])
    return render(
        request,
        "participation/contributions.html",
        {
            "parents": [(reverse("accounts:home"), _("My account"))],
            "drafts": own_drafts(request),
            "lines": lines_of(user),
            "comments": latest[:MAX_CONTRIBUTIONS],
            "has_older_comments": len(latest) > MAX_CONTRIBUTIONS,
        },
    )


@sensitive_post_parameters("code")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """Attaches a desk entry to the account, with the number and the code of its receipt."""
    form = AttachForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            desk.claim(**form.cleaned_data, user=cast(User, request.user), now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The text is attached to your account. You find it here."))
            return redirect("participation:contributions")
    context = {
        "form": form,
        "parents": [
            (reverse("accounts:home"), _("My account")),
            (reverse("participation:contributions"), _("My contributions")),
        ],
    }
    return render(request, "participation/claim.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Shows the reasons of a refusal, and saves the appeal of the author; 404 for others."""
    user = cast(User, request.user)
    decision = get_object_or_404(Decision.objects.refusals().of_author(user).with_text(), pk=decision_id)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            submitted_appeal = appeals.appeal(
                decision=decision, author=user, body=form.cleaned_data["body"], now=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            due = date_format(deadlines.reading_due_on(timezone.localdate(submitted_appeal.created_at)))
            messages.success(request, _("Your request is sent. Another person answers by %(date)s.") % {"date": due})
            return redirect("participation:appeal", decision_id=decision.pk)
    context = {
        "parents": [
            (reverse("accounts:home"), _("My account")),
            (reverse("participation:contributions"), _("My contributions")),
        ],
        "decision": decision,
        "appeal": getattr(decision, "appeal", None),
        "form": form if permissions.can_appeal(user, decision) else None,
    }
    return render(request, "participation/appeal.html", context, status=422 if form.errors else 200)


@require_safe
def moderation_register(request: HttpRequest) -> HttpResponse:
    """Shows the public figures of moderation: decisions, grounds, delays, appeals. No names."""
    context = {"register": read_register(now=timezone.now()), "promised_days": READING_WORKING_DAYS}
    return render(request, "participation/moderation_register.html", context)
