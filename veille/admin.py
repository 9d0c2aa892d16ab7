"""Themes of the watch in the admin."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSet

from common.admin import NamedChooserViewSet
from veille.models import Theme


class ThemeChooserViewSet(NamedChooserViewSet):
    choose_one_text = _("Choose a theme")
    choose_another_text = _("Choose another theme")


class ThemeViewSet(SnippetViewSet):
    model = Theme
    icon = "tag"
    menu_label = _("Themes of the watch")
    menu_order = 230
    add_to_admin_menu = True
    copy_view_enabled = False
    chooser_viewset_class = ThemeChooserViewSet
    search_fields: ClassVar = ["name"]
