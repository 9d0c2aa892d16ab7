"""Devices signed in to the account: allauth's list, in which each can be closed."""

from typing import Any, cast

from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.browsers import forget_browsers, remember_browser
from accounts.services.sessions import close, end_other_sessions
from common.choosers import number_of


class SessionsView(ListUserSessionsView):
    """Lists open sessions; a POST closes one of them, or all others.

    Both end the cookies of known browsers, except that of this one (`accounts.services.browsers`).
    """

    template_name = "accounts/sessions.html"
    success_url = reverse_lazy("accounts:sessions")

    def form_valid(self, form: Any) -> HttpResponse:
        user, named = cast(User, self.request.user), self.request.POST.get("session")
        if named is None:
            end_other_sessions(self.request, user)
            messages.success(self.request, _("Your account is closed on the other devices."))
        else:
            for session in UserSession.objects.filter(user=user, pk=number_of(named)):
                close(session)
                messages.success(self.request, _("Your account is closed on that device."))
        forget_browsers(user)
        response = HttpResponseRedirect(self.get_success_url())
        remember_browser(response, user)
        return response
