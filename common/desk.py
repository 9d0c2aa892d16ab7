"""What the screens have in common in which an agent enters what somebody came to say, said by phone or wrote.

Two apps have such screens, each with a right of its own: `may` says of an account whether it has the right.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

ICON = "clipboard-list"


class AgentView(WagtailAdminTemplateMixin):
    """A screen for agents."""

    request: HttpRequest
    kwargs: dict[str, Any]
    header_icon = ICON
    may: Callable[[Any], bool]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not type(self).may(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]


class AgentViewSet(ViewSet):
    """Screens whose line of the menu agents alone see."""

    may: Callable[[Any], bool]

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        may = type(self).may

        class AgentMenuItem(MenuItem):
            def is_shown(self, request: HttpRequest) -> bool:
                return may(request.user)

        return AgentMenuItem
