"""Where a person attaches to an account what an agent entered, with the number and the code of the receipt."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import User
from participation.admin.desk.forms import AttachForm
from participation.errors import ParticipationError
from participation.services.desk import claim as claim_text


@sensitive_post_parameters("code")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    form = AttachForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            claim_text(**form.cleaned_data, user=cast(User, request.user), now=timezone.now())
        except ParticipationError as refusal:
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
