"""Menu « Aide numérique » of the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from inclusion.admin.learning import ResourceViewSet, WorkshopViewSet
from inclusion.admin.places import PlaceReportViewSet, PlaceViewSet


class InclusionViewSetGroup(SnippetViewSetGroup):
    items = (PlaceViewSet, PlaceReportViewSet, WorkshopViewSet, ResourceViewSet)
    menu_label = _("Digital help")
    menu_icon = "help"
    menu_order = 234
