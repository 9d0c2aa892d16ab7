"""Admin of resources and workshops."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.snippets.views.snippets import IndexView

from common.admin import ListedSnippetViewSet, PublishedForm, Step, StepsInRows
from common.hooks import GROUND_MENU_HOOK
from common.templatetags.dates import hours, short_day
from inclusion.admin.workshop_dates import WorkshopDatesView
from inclusion.models import Resource, Workshop
from inclusion.permissions import can_add_workshops


def state_of(workshop: Workshop) -> str:
    """Returns the label of the state of `workshop`. A draft is not public."""
    if not workshop.published_at:
        return gettext("Draft")
    if workshop.is_cancelled:
        return gettext("Workshop cancelled")
    return gettext("To come") if workshop.ends_at > timezone.now() else pgettext("workshop", "Over")


class WorkshopIndexView(StepsInRows, IndexView):
    """List of workshops: next one first, past ones (the majority) at the end."""

    def steps_of(self, workshop: Workshop) -> list[Step]:  # type: ignore[override]
        if not can_add_workshops(self.request.user):
            return []
        name = Workshop.snippet_viewset.get_url_name("dates")
        return [(gettext("Copy to other dates…"), reverse(name, args=[workshop.pk]))]

    def get_base_queryset(self) -> QuerySet[Workshop]:
        return Workshop.objects.soonest_first(timezone.now())

    def to_row_dict(self, item: Workshop) -> dict[str, Any]:
        item.state = state_of(item)  # type: ignore[attr-defined]
        return super().to_row_dict(item)


class WorkshopViewSet(ListedSnippetViewSet):
    model = Workshop
    icon = "calendar-alt"
    menu_label = _("Workshops")
    menu_hook = GROUND_MENU_HOOK
    menu_order = 90
    url_prefix = "ateliers"  # type: ignore[assignment]
    index_view_class = WorkshopIndexView
    list_filter: ClassVar = ["need", "commune"]
    list_per_page = 50
    list_display: ClassVar = [
        "title",
        Column("state", label=_("State"), accessor=state_of),
        Column(
            "starts_at", label=_("Day"), accessor=lambda workshop: short_day(workshop.starts_at), sort_key="starts_at"
        ),
        Column("hours", label=_("Hours"), accessor=lambda workshop: hours(workshop.starts_at, workshop.ends_at)),
        Column("where", label=_("Where")),
    ]
    list_export: ClassVar = ["title", "state", "starts_at", "ends_at", "where"]
    search_backend_name = None
    search_fields: ClassVar = ["title", "where"]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("learns"),
            FieldRowPanel([FieldPanel("need"), FieldPanel("topic")]),
            FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
            FieldPanel("place"),
            FieldPanel("where"),
            FieldPanel("commune"),
            FieldPanel("how_to_come"),
            FieldRowPanel([FieldPanel("price"), FieldPanel("seats")]),
            FieldPanel("cancelled_because"),
            FieldPanel("is_published"),
        ],
        base_form_class=PublishedForm,
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("<int:pk>/autres-dates/", WorkshopDatesView.as_view(), name="dates")]


class ResourceViewSet(ListedSnippetViewSet):
    model = Resource
    icon = "openquote"
    menu_label = _("Resources to learn with")
    menu_hook = GROUND_MENU_HOOK
    menu_order = 100
    url_prefix = "ressources"  # type: ignore[assignment]
    copy_view_enabled = False
    list_filter: ClassVar = ["need", "level", "language"]
    list_per_page = 50
    list_display: ClassVar = [
        "title",
        DateColumn("published_at", label=_("Published on")),
        Column("form", label=_("Form"), accessor="get_form_display"),
        Column("maker", label=_("Who made it")),
    ]
    search_backend_name = None
    search_fields: ClassVar = ["title", "maker"]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("learns"),
            FieldRowPanel([FieldPanel("need"), FieldPanel("topic")]),
            FieldRowPanel([FieldPanel("level"), FieldPanel("form")]),
            FieldRowPanel([FieldPanel("language"), FieldPanel("minutes")]),
            FieldPanel("audience"),
            MultiFieldPanel([FieldPanel("url"), FieldPanel("maker"), FieldPanel("licence")], heading=_("Source")),
            FieldPanel("is_published"),
        ],
        base_form_class=PublishedForm,
    )
