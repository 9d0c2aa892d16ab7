"""The desk: views in which agents enter what a person said in person, by phone or in writing.

Each kind of entry has an `EntryFormView` (its form, the call of its service, its receipt) and an `EntryViewSet`.
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.views.generic import FormView

from common.admin import PermissionView, PermissionViewSet, TitleInBreadcrumb
from common.errors import Refusal
from common.hooks import DESK_MENU_HOOK

AGENT_ICON = "clipboard-list"


class AgentView(TitleInBreadcrumb, PermissionView):
    """View for agents, with the permission of its kind of entry."""

    header_icon = AGENT_ICON

    @property
    def agent(self) -> Any:
        """The signed-in user."""
        return self.request.user


class EntryFormView(AgentView, FormView):
    """Form of one kind of entry, or of an action on an entry.

    A refusal of the service is a form error, and the form keeps its data.
    """

    template_name = "common/desk_entry.html"
    # Field that displays a refusal; None: above the form.
    refusal_field: str | None = None
    # HTTP status of a form with errors.
    invalid_status = 422

    def enter(self, form: Any) -> HttpResponse:
        """Calls the service and redirects to the receipt or to the next form. Raises a `Refusal`."""
        raise NotImplementedError

    def refuse(self, form: Any, refusal: Refusal) -> HttpResponse:
        """Displays the form again, with `refusal`."""
        form.add_error(self.refusal_field, str(refusal))
        return self.form_invalid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return self.enter(form)
        except Refusal as refusal:
            return self.refuse(form, refusal)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=self.invalid_status)


class EntryViewSet(PermissionViewSet):
    """One kind of entry: an item of the menu « Au guichet », and the URL of `view`."""

    menu_hook = DESK_MENU_HOOK
    view: type[EntryFormView]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", self.view.as_view(), name="enter")]


def print_receipt(url_name: str, pk: int) -> HttpResponse:
    """Redirects to the receipt at `url_name`, which opens the browser's print dialog."""
    return redirect(reverse(url_name, args=[pk], query={"imprimer": 1}))
