"""Editorials in the admin."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from digests.models import EditorialWord


class EditorialWordViewSet(SnippetViewSet):
    model = EditorialWord
    icon = "edit"
    menu_label = _("Words at the top")
    copy_view_enabled = False
    list_per_page = 50
    list_display: ClassVar = [
        "__str__",
        "signature",
        Column("get_kind_display", label=_("In the letter that comes")),
        DateColumn("until", label=_("Last day"), sort_key="until"),
    ]
    panels: ClassVar = [
        FieldPanel("body"),
        FieldPanel("signature"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("until")]),
    ]
