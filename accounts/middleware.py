"""Second factor for the rights of a group, on every page, and for the admin."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import AnyUser, User
from accounts.permissions import can_enter_admin
from accounts.queries import has_factor
from accounts.services.factors import proved_factor

GetResponse = Callable[[HttpRequest], HttpResponse]


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
