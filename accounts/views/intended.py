"""Actions submitted before sign-in: a visitor types an e-mail address, then a code, and the action is done.

The same for a form whose author was signed out meanwhile (`signed_in_or_kept`).

The session keeps the submitted form, one at a time and for an hour. After the sign-in, the page of the action
(`?suite=1`) reads the form once and processes it. This GET request changes data, but only for a session that submitted
the form itself, with a CSRF token, and has verified an address since.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.views.sign_in import RequestCodeView
from common.errors import NetworkBusy
from common.limits import throttle

KEY = "intended_action"
# URL parameter added on return from the sign-in; without a kept form, it has no effect.
RESUME = "suite"
LIFE = timedelta(hours=1)
# Maximum length of a submitted form, in characters; forms of the site are smaller.
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
        is_kept = _keep(request, form or request.POST)
    except NetworkBusy as refusal:
        messages.error(request, str(refusal))
        return None
    if not is_kept:
        raise SuspiciousOperation
    sign_in_data = request.POST.copy()
    sign_in_data["next"] = f"{request.path}?{RESUME}=1"
    request.POST = sign_in_data  # type: ignore[assignment]
    return cast(HttpResponse, RequestCodeView.as_view()(request))


def signed_in_or_kept(view: View) -> View:
    """Requires an account, as `login_required`; keeps the form of a session that expired until the sign-in.

    A form with a file is not kept: it would be sent without the file. Nor is one that a script saves by itself
    (`autosave`): its page still has the text.
    """

    @wraps(view)
    def with_account(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        is_whole_form = request.method == "POST" and not request.FILES and "autosave" not in request.POST
        try:
            is_kept = is_whole_form and _keep(request, request.POST)
        except NetworkBusy:
            is_kept = False
        return redirect_to_login(f"{request.path}?{RESUME}=1" if is_kept else request.get_full_path())

    return done_after_sign_in(with_account)


def _keep(request: HttpRequest, form: QueryDict) -> bool:
    """Keeps `form` in the session, without the fields of the sign-in; returns False if it is too long.

    Raises `NetworkBusy`.
    """
    now = timezone.now()
    throttle(request, now, what="intended")
    form_data = form.copy()
    for name in OF_SIGN_IN:
        form_data.pop(name, None)
    encoded = form_data.urlencode()
    if len(encoded) > MAX_LENGTH:
        return False
    request.session[KEY] = {"path": request.path, "form": encoded, "at": now.timestamp()}
    return True


def _take_form(request: HttpRequest) -> QueryDict | None:
    """Returns, once, the form that this session submitted to the page of `request` within the last hour."""
    stored = request.session.get(KEY)
    if not stored or stored["path"] != request.path:
        return None
    del request.session[KEY]
    if timezone.now().timestamp() - stored["at"] > LIFE.total_seconds():
        return None
    return QueryDict(stored["form"])
