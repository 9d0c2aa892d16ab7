"""Menu « Enquêtes de terrain » of the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from fieldwork.surveys.admin.coding import TextsViewSet
from fieldwork.surveys.admin.entry import SheetEntryViewSet
from fieldwork.surveys.admin.surveys import OutingViewSet, SurveysViewSet


class SurveysViewSetGroup(SnippetViewSetGroup):
    items = (SurveysViewSet, OutingViewSet, SheetEntryViewSet, TextsViewSet)
    menu_label = _("Field surveys")
    menu_icon = "microphone"
    menu_order = 167
