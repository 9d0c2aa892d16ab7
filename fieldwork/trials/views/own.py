"""Trials and findings of a user, in their account pages."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from fieldwork.models import Trial
from fieldwork.trials.views.telling import own_drafts


@require_safe
@login_required
def own_trials(request: HttpRequest) -> HttpResponse:
    """Lists the user's trials with their findings, and their drafts. Four queries."""
    user = cast(User, request.user)
    trials = Trial.objects.filter(tester=user).select_related("scenario__campaign").prefetch_related("findings")
    context = {
        "trials": trials,
        "drafts": own_drafts(request).select_related("scenario__campaign"),
        "parents": [(reverse("accounts:home"), _("My account"))],
    }
    return render(request, "fieldwork/trials/own_trials.html", context)
