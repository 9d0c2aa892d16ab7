"""Views of the admin that one permission opens, those of agents, and choosers that name what they choose.

`may` says of an account whether it has the permission: `may = staticmethod(can_do_something)`. Whoever has not the
permission sees neither the view nor its item of the menu.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.snippets.views.chooser import ChooseView, SnippetChooserViewSet
from wagtail.snippets.widgets import AdminSnippetChooser

AGENT_ICON = "clipboard-list"


class PermissionView(WagtailAdminTemplateMixin):
    """A view for those whom `may` lets in."""

    request: HttpRequest
    kwargs: dict[str, Any]
    may: Callable[[Any], bool]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not type(self).may(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class PermissionViewSet(ViewSet):
    """Views whose item of the menu is shown to those whom `may` lets in."""

    may: Callable[[Any], bool]

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        may = type(self).may

        class PermissionMenuItem(MenuItem):
            def is_shown(self, request: HttpRequest) -> bool:
                return may(request.user)

        return PermissionMenuItem


class AgentView(PermissionView):
    """A view in which an agent enters what somebody came to say, said by phone or wrote.

    Two apps have such views, each with a permission of its own.
    """

    header_icon = AGENT_ICON

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]


class AgentViewSet(PermissionViewSet):
    """Views whose item of the menu agents alone see."""


def print_receipt(url_name: str, pk: int) -> HttpResponse:
    """Redirects to the receipt at `url_name`, which opens the print window of the browser as it is shown."""
    return redirect(reverse(url_name, args=[pk], query={"imprimer": 1}))


class SuccessMessageMixin:
    """Form of a snippet that says its own `success_message`: Wagtail says that of all snippets instead."""

    success_message: Any

    def get_success_message(self, instance: Any = None) -> str:
        return str(self.success_message)


class NamedChooseView(ChooseView):
    """List of a chooser, whose title says all: Wagtail adds the name of the model to its own."""

    page_subtitle = ""


class NamedChooserViewSet(SnippetChooserViewSet):
    """Chooser whose title and buttons say what is chosen, with its article, as a subclass words them.

    Wagtail puts the bare name of the model after its verb: “Choisir membre”.
    """

    choose_view_class = NamedChooseView
    choose_one_text: Any
    choose_another_text: Any

    @cached_property
    def widget_class(self) -> AdminSnippetChooser:
        return AdminSnippetChooser(
            model=self.model,
            icon=self.icon,
            choose_one_text=self.choose_one_text,
            choose_another_text=self.choose_another_text,
        )
