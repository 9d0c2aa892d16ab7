"""List of the examples of the watch in the admin, beside the reading list."""

from django.utils.translation import gettext_lazy as _

from cms.admin.page_lists import PageListViewSet
from common.hooks import WATCH_MENU_HOOK
from veille.models import VeilleEntryPage


class EntryListViewSet(PageListViewSet):
    name = "example_list"
    model = VeilleEntryPage
    icon = "view"
    menu_label = _("Examples")
    menu_hook = WATCH_MENU_HOOK
    menu_order = 20
    url_prefix = "exemples"  # type: ignore[assignment]
