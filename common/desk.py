"""The desk: views in which agents enter what a person said in person, by phone or in writing.

Each kind of entry has an `EntryFormView` (its form, the call of its service, its receipt) and an `EntryViewSet`.
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from common.action_forms import ActionFormView
from common.admin import PermissionView, PermissionViewSet, TitleInBreadcrumb
from common.hooks import DESK_MENU_HOOK

AGENT_ICON = "clipboard-list"


class AgentView(TitleInBreadcrumb, PermissionView):
    """View for agents, with the permission of its kind of entry."""

    header_icon = AGENT_ICON

    @property
    def agent(self) -> Any:
        """The signed-in user."""
        return self.request.user


class EntryFormView(AgentView, ActionFormView):
    """Form of one kind of entry, or of an action on an entry. `submit` redirects to the receipt or to the next form."""

    template_name = "common/desk_entry.html"

    def redirect_if_over(self) -> HttpResponse | None:
        """Returns a redirect with a message if the time for entries ended, often while the agent filled in the form."""
        return None

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.redirect_if_over() or super().get(*args, **kwargs)

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.redirect_if_over() or super().post(*args, **kwargs)


class EntryViewSet(PermissionViewSet):
    """One kind of entry: an item of the menu « Au guichet », and the URL of `view`."""

    menu_hook = DESK_MENU_HOOK
    view: type[EntryFormView]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", self.view.as_view(), name="enter")]


def print_receipt(url_name: str, pk: int) -> HttpResponse:
    """Redirects to the receipt at `url_name`, which opens the browser's print dialog."""
    return redirect(reverse(url_name, args=[pk], query={"imprimer": 1}))
