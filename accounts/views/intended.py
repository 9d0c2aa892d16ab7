"""Actions that a visitor sends before signing in: an e-mail address, a code, and the action is done.

The session keeps the form that was sent, one at a time and for an hour. The sign-in leads back to the page of the
action (`?suite=1`), which reads the form once and does what it would have done at once. It is the one GET that changes
something: it does so only for a session that sent that form itself, with its token, and has proved an address since.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.views.sign_in import RequestCodeView
from common.errors import NetworkBusy
from common.limits import throttle

KEY = "intended_action"
# What the URL says when the sign-in leads back: the page that is opened alone does nothing.
RESUME = "suite"
LIFE = timedelta(hours=1)
# Signs of a form, as it was sent; forms of the site have fewer.
MAX_LENGTH = 50_000
# Fields of the sign-in, which are no part of the action.
OF_SIGN_IN = ("csrfmiddlewaretoken", "email", "next")

View = Callable[..., HttpResponseBase]


def done_after_sign_in(view: View) -> View:
    """Gives `view` the form that a visitor sent it, when that visitor comes back signed in."""

    @wraps(view)
    def with_kept_form(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_back = request.method == "GET" and RESUME in request.GET and request.user.is_authenticated
        # A first look at the files reads the form of the request again: it comes before the form is replaced.
        if is_back and not request.FILES and (form := _take_form(request)):
            request.method, request.POST = "POST", form  # type: ignore[assignment]
        return view(request, *args, **kwargs)

    return with_kept_form


def ask_for_code(request: HttpRequest, form: QueryDict | None = None) -> HttpResponse | None:
    """Keeps `form`, or the form of `request`, and sends a code to the address in it, as the sign-in page does.

    An address that is none, or gets no more mails, leads to the sign-in page, which says so and comes back here too.
    Returns None where the page is to be shown again: without the field (somebody was signed out meanwhile), and, with a
    message, where too many forms came from the network.
    """
    if "email" not in request.POST:
        return None
    now = timezone.now()
    try:
        throttle(request, now, what="intended")
    except NetworkBusy as refusal:
        messages.error(request, str(refusal))
        return None
    kept = (form or request.POST).copy()
    for name in OF_SIGN_IN:
        kept.pop(name, None)
    encoded = kept.urlencode()
    if len(encoded) > MAX_LENGTH:
        raise SuspiciousOperation
    request.session[KEY] = {"path": request.path, "form": encoded, "at": now.timestamp()}
    asked = request.POST.copy()
    asked["next"] = f"{request.path}?{RESUME}=1"
    request.POST = asked  # type: ignore[assignment]
    return cast(HttpResponse, RequestCodeView.as_view()(request))


def _take_form(request: HttpRequest) -> QueryDict | None:
    """Returns the form that this session sent to the page of `request` within the last hour, once."""
    kept = request.session.get(KEY)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[KEY]
    if timezone.now().timestamp() - kept["at"] > LIFE.total_seconds():
        return None
    return QueryDict(kept["form"])
