"""Editorials in the admin."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import ChecksSidePanel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.snippets.views.snippets import CreateView

from common.admin import ListedSnippetViewSet, SnippetEditView
from common.hooks import LETTER_MENU_HOOK
from digests.models import EditorialWord


class WithoutChecks:
    """Form whose preview is a mail: Wagtail's checks are about pages, and do not apply."""

    def get_side_panels(self) -> MediaContainer:
        panels: Any = super().get_side_panels()  # type: ignore[misc]
        return MediaContainer([panel for panel in panels if not isinstance(panel, ChecksSidePanel)])


class EditorialWordCreateView(WithoutChecks, CreateView):
    """A new editorial."""


class EditorialWordEditView(WithoutChecks, SnippetEditView):
    """Edit form of an editorial."""


class EditorialWordViewSet(ListedSnippetViewSet):
    model = EditorialWord
    add_view_class = EditorialWordCreateView
    edit_view_class = EditorialWordEditView
    icon = "edit"
    menu_label = _("Words at the top")
    menu_hook = LETTER_MENU_HOOK
    menu_order = 20
    url_prefix = "mots-de-la-redaction"  # type: ignore[assignment]
    copy_view_enabled = False
    list_per_page = 50
    list_display: ClassVar = [
        "__str__",
        DateColumn("until", label=_("Last day"), sort_key="until"),
        "signature",
        Column("get_kind_display", label=_("In the letter that comes")),
    ]
    panels: ClassVar = [
        FieldPanel("body"),
        FieldPanel("signature"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("until")]),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[EditorialWord]:
        """Joins the latest revision, which Wagtail's list reads for each row."""
        return EditorialWord.objects.select_related("latest_revision")
