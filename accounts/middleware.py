"""The admin is open to who proved a second factor, and to nobody else."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import can_enter_admin
from accounts.queries import has_factor
from accounts.services.factors import proved_factor

GetResponse = Callable[[HttpRequest], HttpResponse]


class SecondFactorMiddleware:
    """Leads who may enter the admin, and has not proved a second factor in this session, to where that is done.

    It looks at the path, before any view: whatever is added under it is covered, choosers, previews and answers to
    scripts too. Everybody else is left to Wagtail, which refuses them.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.admin_prefix = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_asked = settings.ADMIN_NEEDS_SECOND_FACTOR and request.path_info.startswith(self.admin_prefix)
        if not is_asked or not can_enter_admin(request.user):
            return self.get_response(request)
        if not has_factor(cast(User, request.user)):
            messages.warning(
                request,
                _("To edit the site, add a second factor to your account: a stolen password alone opens nothing then."),
            )
            return redirect("mfa_index")
        if proved_factor(request):
            return self.get_response(request)
        # A form that was sent is not kept: its page is shown again.
        target = request.get_full_path() if request.method == "GET" else self.admin_prefix
        return redirect(f"{reverse('accounts:confirm_factor')}?{urlencode({'next': target})}")
