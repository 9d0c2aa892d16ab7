"""Lists of the pages of one type, without the tree (Wagtail's own view), for the menu group that they belong to."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.pages.choose_parent import ChooseParentView
from wagtail.admin.viewsets.pages import PageListingViewSet

from cms.models import NewsPage
from cms.permissions import can_work_on_pages
from common.hooks import WATCH_MENU_HOOK


class ParentView(ChooseParentView):
    """Choice of the parent of a new page, for those who have a permission on pages of the type."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_work_on_pages(request.user, self.model):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class PageListViewSet(PageListingViewSet):
    """List of the pages of one type, the last changed first. Its menu item requires a permission on such pages."""

    choose_parent_view_class = ParentView
    # Without the column of the parent, which is the same for all.
    columns: ClassVar = [column for column in PageListingViewSet.columns if column.name != "parent"]

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        model = self.model

        class PagesMenuItem(MenuItem):
            def is_shown(self, request: HttpRequest) -> bool:
                return can_work_on_pages(request.user, model)

        return PagesMenuItem


class NewsListViewSet(PageListViewSet):
    name = "news_list"
    model = NewsPage
    icon = "doc-full"
    menu_label = _("News")
    menu_hook = WATCH_MENU_HOOK
    menu_order = 10
    url_prefix = "actualites"  # type: ignore[assignment]
