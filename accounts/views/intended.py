"""Forms submitted before sign-in, which the session keeps (`common.kept_forms`).

An action of a visitor is done after the sign-in: they typed an e-mail address, then a code. The page of the action
(`?suite=1`) reads the form once and processes it. This GET request changes data, but only for a session that submitted
the form itself, with a CSRF token, and has verified an address since.

A form whose author was signed out meanwhile (`accounts.middleware.KeptFormMiddleware`) is displayed after the sign-in,
and sent by a button.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.views.sign_in import RequestCodeView
from common.errors import NetworkBusy
from common.kept_forms import SubmittedForm, forget, keep, kept_form, render_again

# URL parameter added on return from the sign-in; without a kept form, it has no effect.
RESUME = "suite"
# Maximum length of a submitted action, in characters; forms of the site are smaller.
MAX_LENGTH = 50_000
# Fields of the sign-in, which are not part of the action.
OF_SIGN_IN = ("csrfmiddlewaretoken", "email", "next")

View = Callable[..., HttpResponseBase]


def done_after_sign_in(view: View) -> View:
    """Passes to `view`, as a POST, the form that the visitor submitted before signing in."""

    @wraps(view)
    def with_kept_form(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_back = request.method == "GET" and RESUME in request.GET and request.user.is_authenticated
        # Parsing of uploaded files reads the form of the request again: do it before the form is replaced.
        if is_back and not request.FILES and (form := _take_form(request)):
            request.method, request.POST = "POST", form  # type: ignore[assignment]
        return view(request, *args, **kwargs)

    return with_kept_form


def ask_for_code(request: HttpRequest, form: QueryDict | None = None) -> HttpResponse | None:
    """Keeps the form that a visitor submitted, or `form`, and sends a code to the address in it.

    An invalid or rate-limited address is redirected to the sign-in page, which shows the error and returns here too.
    Returns None if the user is signed in, or nothing was submitted; and if the page is to be shown again: the field is
    missing (the user was signed out meanwhile), or the network submitted too many forms (with a message).
    """
    if request.user.is_authenticated or "email" not in request.POST:
        return None
    try:
        is_kept = keep(request, _action(request, form or request.POST), max_length=MAX_LENGTH)
    except NetworkBusy as refusal:
        messages.error(request, str(refusal))
        return None
    if not is_kept:
        raise SuspiciousOperation
    sign_in_data = request.POST.copy()
    sign_in_data["next"] = _return_url(request)
    request.POST = sign_in_data  # type: ignore[assignment]
    return cast(HttpResponse, RequestCodeView.as_view()(request))


def _return_url(request: HttpRequest) -> str:
    return f"{request.path}?{RESUME}=1"


def _action(request: HttpRequest, form: QueryDict) -> SubmittedForm:
    data = form.copy()
    for name in OF_SIGN_IN:
        data.pop(name, None)
    return SubmittedForm(_return_url(request), data, [])


def _take_form(request: HttpRequest) -> QueryDict | None:
    """Returns, once, the action that this session submitted to the page of `request` within the last hour."""
    form = kept_form(request, timezone.now())
    if form is None or form.url != _return_url(request):
        return None
    forget(request)
    return form.data


@require_safe
@login_required
def form_again(request: HttpRequest) -> HttpResponse:
    """Displays the form that this session kept while its author was signed out."""
    form = kept_form(request, timezone.now())
    if form is None:
        messages.warning(request, _("The text is no longer kept: an hour has passed, or it was sent."))
        return redirect("accounts:home")
    title = _("What you wrote before you signed in")
    lead = _("Nothing was sent. Read it again, then send it. If you did not write it, do not send it.")
    return render_again(request, form, title=title, lead=lead)
