"""Views of the admin that one permission opens, those of agents, and a filter of lists.

`may` says of an account whether it has the permission: `may = staticmethod(can_do_something)`. Whoever has not the
permission sees neither the view nor its item of the menu.
"""

from collections.abc import Callable
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

AGENT_ICON = "clipboard-list"


class YesNoFilter(django_filters.ChoiceFilter):
    """A filter of yes or no. Wagtail shows the label of the choice in force: of a `BooleanFilter`, « True »."""

    YES = "true"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[(self.YES, _("Yes")), ("false", _("No"))], **kwargs)


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
