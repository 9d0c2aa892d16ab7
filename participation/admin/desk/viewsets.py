"""Viewsets of the menu « Au guichet »: proposal, comment, list of entries."""

from typing import ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.button import BaseButton, HeaderButton
from wagtail.snippets.views.snippets import IndexView

from common.admin import ListedSnippetViewSet, SinglePermissionPolicy
from common.choosers import number_of
from common.desk import EntryViewSet
from common.hooks import DESK_MENU_HOOK
from participation import permissions
from participation.admin.base import ReadView
from participation.admin.desk import views
from participation.models import DeskEntry


class DeskProposalViewSet(EntryViewSet):
    name = "desk_proposal"
    icon = "form"
    menu_label = _("A proposal")
    menu_order = 10
    url_prefix = "saisir-une-proposition"  # type: ignore[assignment]
    is_allowed = staticmethod(permissions.can_enter_for_others)
    view = views.EnterProposalView


class DeskCommentViewSet(EntryViewSet):
    name = "desk_comment"
    icon = "comment"
    menu_label = _("A comment")
    menu_order = 20
    url_prefix = "saisir-un-commentaire"  # type: ignore[assignment]
    is_allowed = staticmethod(permissions.can_enter_for_others)
    view = views.EnterCommentView


class EntryIndexView(IndexView):
    def search_queryset(self, queryset: QuerySet[DeskEntry]) -> QuerySet[DeskEntry]:
        """Searches also by the number on the receipt, as announced in the guide and on the receipt."""
        entries, number = super().search_queryset(queryset), self.search_query.removeprefix("n°").strip()
        return entries | queryset.filter(pk=number_of(number))

    @cached_property
    def header_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        return views.enter_buttons()


class EntryInspectView(ReadView):
    labels: ClassVar = {
        "title": _("Text entered"),
        "subject_title": _("About"),
        "body": _("Text"),
        "name_shown": _("Name shown"),
        "origin_label": _("Origin"),
        "state_label": _("State"),
    }

    @cached_property
    def header_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        entry: DeskEntry = self.object
        buttons: list[BaseButton] = []
        if entry.is_open:
            receipt = reverse("desk_entries:receipt", args=[entry.pk])
            erase = reverse("desk_entries:erase", args=[entry.pk])
            buttons = [
                HeaderButton(_("Receipt…"), url=receipt, icon_name="doc-full", priority=1),
                HeaderButton(_("Erase the personal data…"), url=erase, icon_name="bin", priority=3),
            ]
        if permissions.can_appeal_for(self.request.user, entry):
            appeal = reverse("desk_entries:appeal", args=[entry.pk])
            buttons.append(HeaderButton(_("Ask for a second look…"), url=appeal, icon_name="history", priority=2))
        return buttons

    @cached_property
    def header_more_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        return []


class DeskEntryViewSet(ListedSnippetViewSet):
    """Entries of all agents, the latest first: a desk may have several agents."""

    model = DeskEntry
    icon = "list-ul"
    menu_label = _("Entries")
    menu_hook = DESK_MENU_HOOK
    menu_order = 60
    url_namespace = "desk_entries"  # type: ignore[assignment]
    url_prefix = "saisies"  # type: ignore[assignment]
    index_view_class = EntryIndexView
    inspect_view_class = EntryInspectView
    inspect_view_enabled = True
    deleted_in_bulk = False
    inspect_template_name = "participation/admin/inspect.html"  # type: ignore[assignment]
    copy_view_enabled = False
    list_per_page = 50
    ordering: ClassVar = ["-entered_at", "-pk"]
    search_backend_name = None
    search_fields: ClassVar = [
        "proposal__title",
        "proposal__author_name",
        "comment__body",
        "comment__author_name",
        "email",
    ]
    list_display: ClassVar = [
        "__str__",
        Column("state_label", label=_("State")),
        DateColumn("entered_at", label=_("Entered at"), sort_key="entered_at"),
        Column("title", label=_("Text entered")),
        Column("name_shown", label=_("Name shown")),
        Column("origin_label", label=_("Origin")),
        Column("agent", label=_("Entered by")),
    ]
    list_export: ClassVar = ["__str__", "state_label", "entered_at", "title", "name_shown", "origin_label", "agent"]
    inspect_view_fields: ClassVar = [
        "title",
        "subject_title",
        "body",
        "name_shown",
        "email",
        "origin_label",
        "state_label",
        "agent",
        "entered_at",
        "attached_at",
        "erased_at",
    ]

    @property
    def permission_policy(self) -> SinglePermissionPolicy:
        return SinglePermissionPolicy(self.model, permissions.can_enter_for_others, only="view")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeskEntry]:
        return DeskEntry.objects.with_text()

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/recu/", views.ReceiptView.as_view(), name="receipt"),
            path("<int:pk>/effacer/", views.EraseView.as_view(), name="erase"),
            path("<int:pk>/second-regard/", views.AppealView.as_view(), name="appeal"),
        ]
