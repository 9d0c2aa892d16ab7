"""Themes of the watch in the admin."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.admin import ListedSnippetViewSet
from common.choosers import FilteredChooserViewSet
from veille.models import Theme


class ThemeChooserViewSet(FilteredChooserViewSet):
    """Chooser of a theme: readers see them all."""

    choose_one_text = _("Choose a theme")
    choose_another_text = _("Choose another theme")
    search_fields: ClassVar = ["name"]

    def choosable(self, user: Any) -> QuerySet[Theme]:
        return Theme.objects.all()


class ThemeViewSet(ListedSnippetViewSet):
    model = Theme
    icon = "tag"
    menu_label = _("Themes of the watch")
    menu_order = 230
    add_to_admin_menu = True
    copy_view_enabled = False
    chooser_viewset_class = ThemeChooserViewSet
    search_fields: ClassVar = ["name"]
