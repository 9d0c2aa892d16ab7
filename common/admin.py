"""Screens of the admin that one right opens: `may` says of an account whether it has the right.

Given as `may = staticmethod(can_do_something)`; whoever has not the right sees neither the screen nor its line of the
menu.
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


class RightView(WagtailAdminTemplateMixin):
    """A screen for those whom `may` lets in."""

    request: HttpRequest
    kwargs: dict[str, Any]
    may: Callable[[Any], bool]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not type(self).may(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class RightViewSet(ViewSet):
    """Screens whose line of the menu is shown to those whom `may` lets in."""

    may: Callable[[Any], bool]

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        may = type(self).may

        class RightMenuItem(MenuItem):
            def is_shown(self, request: HttpRequest) -> bool:
                return may(request.user)

        return RightMenuItem
