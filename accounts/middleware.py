"""Second factor for the rights of a group, on every page, and for the admin; forms whose session has ended."""

from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import AnyUser, User
from accounts.permissions import can_enter_admin
from accounts.queries import has_factor
from accounts.services.factors import proved_factor
from common.errors import NetworkBusy
from common.kept_forms import LIFE, SubmittedForm, forget_sent, is_written_here, keep, render_again

GetResponse = Callable[[HttpRequest], HttpResponse]

# Maximum length of a form that is kept until the sign-in, in characters: a page of 300 kB in the editor.
MAX_KEPT_LENGTH = 1_000_000


class SecondFactorMiddleware:
    """Withholds permissions until the session has proved a second factor, and redirects to its page.

    `User.has_perm` refuses every permission meanwhile. Paths of the admin are refused before any view runs: this covers
    choosers, previews, API responses and views that use Wagtail's permission policies. Other paths are left to their
    views.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.admin_prefix = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.ADMIN_NEEDS_SECOND_FACTOR:
            return self.get_response(request)
        user = request.user
        request.user = cast(User, SimpleLazyObject(lambda: with_rights_held_back(request, user)))
        if request.path_info.startswith(self.admin_prefix) and not can_enter_admin(request.user) and lacked(request):
            return self.lead(request)
        response = self.get_response(request)
        return self.lead(request) if response.status_code == 403 and lacked(request) else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Redirects if a view raised `PermissionDenied` or `Http404` because a permission was withheld."""
        return self.lead(request) if isinstance(exception, PermissionDenied | Http404) and lacked(request) else None

    def lead(self, request: HttpRequest) -> HttpResponse:
        """Redirects to the page that adds a second factor, or to the one where it is entered."""
        if not has_factor(cast(User, request.user)):
            messages.warning(
                request,
                _("To edit the site, add a second factor to your account: a stolen password alone opens nothing then."),
            )
            return redirect("mfa_index")
        # A submitted form is not kept: its page is shown again.
        target = request.get_full_path() if request.method == "GET" else self.admin_prefix
        return redirect(f"{reverse('accounts:confirm_factor')}?{urlencode({'next': target})}")


def with_rights_held_back(request: HttpRequest, user: AnyUser) -> AnyUser:
    """Returns `user` with `proves_factor` set: true if the account has a second factor and this session proved it."""
    if isinstance(user, User):
        user.proves_factor = lambda: proved_factor(request) and has_factor(user)
    return user


def lacked(request: HttpRequest) -> bool:
    """Returns whether a permission was withheld from the user during this request."""
    return isinstance(request.user, User) and request.user.lacked_factor


class KeptFormMiddleware:
    """Keeps the form of a person whose session has ended; its page shows it after the sign-in (`form_again`).

    All views that require an account, also those of Wagtail, answer such a form alike: by a redirect to the sign-in
    page that leads back to the URL of the form. Placed inside CsrfViewMiddleware, which has then checked the token; the
    origin is checked again for views that are exempt from it. Requests of scripts are not kept: their page still has
    the text.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.sign_in_paths = {
            resolve_url(settings.LOGIN_URL),
            reverse("wagtailadmin_login"),
            reverse("wagtailcore_login"),
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST" or not isinstance(response, HttpResponseRedirect):
            return response
        if request.user.is_authenticated:
            forget_sent(request)
            return response
        is_page_load = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        if is_page_load and self.leads_back(request, response) and is_written_here(request):
            form = SubmittedForm.of(request)
            return self.keep(request, form) if form.is_filled_in else response
        return response

    def leads_back(self, request: HttpRequest, response: HttpResponseRedirect) -> bool:
        """Returns whether `response` leads to the sign-in page, then to the URL of `request`."""
        target = urlsplit(response.url)
        return target.path in self.sign_in_paths and QueryDict(target.query).get("next") == request.get_full_path()

    def keep(self, request: HttpRequest, form: SubmittedForm) -> HttpResponse:
        """Redirects to the sign-in page; a form that cannot be kept is displayed at once."""
        try:
            is_kept = keep(request, form, max_length=MAX_KEPT_LENGTH)
        except NetworkBusy:
            is_kept = False
        target = redirect_to_login(reverse("accounts:form_again"))
        if is_kept:
            # On a shared computer, the text is gone with its session; the sign-in resets this (`accounts.adapter`).
            request.session.set_expiry(int(LIFE.total_seconds()))
            messages.info(
                request, _("Your session has ended. What you wrote is kept for an hour: sign in to see it again.")
            )
            return target
        title = _("Your session has ended")
        lead = _(
            "Your text is still here, but cannot be kept. Sign in in a new tab, come back to this one, then send it."
        )
        return render_again(request, form, title=title, lead=lead, status=403, sign_in_url=reverse("account_login"))
