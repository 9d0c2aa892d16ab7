"""The page on which the author of a text that is not shown reads why, and asks for a second look."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from participation import permissions
from participation.errors import ParticipationError
from participation.forms.discussions import AppealForm
from participation.models import Decision, deadlines
from participation.services.appeals import appeal as ask_again


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, decision_id: int) -> HttpResponse:
    """A decision about what the person wrote; of other people's texts there is none here."""
    user = cast(User, request.user)
    decision = get_object_or_404(Decision.objects.refusals().of_author(user).with_text(), pk=decision_id)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask_again(decision=decision, author=user, body=form.cleaned_data["body"], now=timezone.now())
        except ParticipationError as refusal:
            form.add_error(None, str(refusal))
        else:
            due = date_format(deadlines.reading_due_on(timezone.localdate(asked.created_at)))
            messages.success(
                request, _("Your request is sent. Another person answers before %(date)s.") % {"date": due}
            )
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
