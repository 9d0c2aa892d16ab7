"""Queues of the menu « Participation »: reports of readers and appeals of authors."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.widgets.button import BaseButton, HeaderButton

from common.admin import SinglePermissionPolicy, YesNoFilter
from participation import permissions
from participation.admin.moderation.base import (
    DecideView,
    Decisions,
    ModerationHistoryView,
    ModerationIndexView,
    ModerationViewSet,
)
from participation.errors import SamePerson
from participation.models import Appeal, Report
from participation.queries.texts import text_url


class AppealDecisions(Decisions):
    def choices(self, item: Appeal) -> list[tuple[Any, str]]:
        if not permissions.can_decide_appeal(self.request.user, item):
            return []
        return [(_("Publish after all"), "overturn"), (_("Confirm the refusal…"), "uphold")]

    def obstacle(self, item: Appeal) -> str:
        is_own = item.is_waiting and item.decision.moderator_id == self.request.user.pk
        return str(SamePerson.message) if is_own else ""


class ReportDecisions(Decisions):
    def choices(self, item: Report) -> list[tuple[Any, str]]:
        if not item.is_waiting:
            return []
        refuse = [(_("Refuse the text…"), "refuse_reported")] if item.can_be_refused else []
        return [*refuse, (_("Dismiss…"), "dismiss")]

    def obstacle(self, item: Report) -> str:
        if not item.is_waiting or item.can_be_refused:
            return ""
        return str(_("This proposal is answered or merged: it can no longer be refused."))


class QueuePermissionPolicy(SinglePermissionPolicy):
    """Policy of a queue: users see the rows about the kinds of texts that they may moderate."""

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet:
        rows = super().instances_user_has_any_permission_for(user, actions)
        about = self.model.objects.about(permissions.moderated_kinds(user))
        return rows.filter(pk__in=about.order_by().values("pk"))


class QueueRowMixin:
    """Mixin of the views of one row: refuses a row about a text that the user may not moderate."""

    request: HttpRequest
    object: Any

    def user_has_any_permission(self, actions: Any) -> bool:
        text = self.object.decision.text if isinstance(self.object, Appeal) else self.object.text
        may_moderate = permissions.can_moderate(self.request.user, text)
        return may_moderate and super().user_has_any_permission(actions)  # type: ignore[misc]


class QueueInspectView(QueueRowMixin, DecideView):
    pass


class QueueHistoryView(QueueRowMixin, ModerationHistoryView):
    pass


class QueueViewSet(ModerationViewSet):
    """One list for all kinds of texts that the user may moderate."""

    history_view_class = QueueHistoryView
    is_allowed = staticmethod(permissions.can_moderate_any)
    waiting: ClassVar = {"waiting": YesNoFilter.YES}

    @property
    def permission_policy(self) -> SinglePermissionPolicy:
        return QueuePermissionPolicy(self.model, self.is_allowed, only="view")


class WaitingFilterSet(WagtailFilterSet):
    waiting = YesNoFilter(label=_("Waiting"), method="by_waiting")

    def by_waiting(self, rows: QuerySet, name: str, waiting: str) -> QuerySet:
        return rows.filter(outcome="") if waiting == YesNoFilter.YES else rows.exclude(outcome="")


class QueueTitleColumn(TitleColumn):
    """The text, with everything needed for a decision below it: on a phone, other columns are out of view.

    `obstacle` returns the sentence shown in place of a missing button.
    """

    cell_template_name = "participation/admin/queue_cell.html"

    def __init__(self, *args: Any, obstacle: Callable[[Any], str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.obstacle = obstacle

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return context | {"item": instance, "obstacle": self.obstacle(instance)}


class QueueIndexView(ModerationIndexView):
    def _get_title_column(self, field_name: str, column_class: type = QueueTitleColumn, **kwargs: Any) -> Column:
        return super()._get_title_column(field_name, column_class, obstacle=self.obstacle, **kwargs)


class AppealIndexView(AppealDecisions, QueueIndexView):
    pass


class AppealInspectView(AppealDecisions, QueueInspectView):
    labels: ClassVar = {
        "refused_text": _("Text that is not shown"),
        "first_reason": _("Reason of the first decision"),
        "first_reader": _("First reader"),
    }


class AppealFilterSet(WaitingFilterSet):
    class Meta:
        model = Appeal
        fields: ClassVar = ["outcome"]


class AppealViewSet(QueueViewSet):
    """Appeals of authors, the oldest first."""

    model = Appeal
    index_view_class = AppealIndexView
    icon = "history"
    menu_label = _("Requests for a second look")
    menu_name = "appeals"
    url_prefix = "demandes-de-second-regard"  # type: ignore[assignment]
    inspect_view_class = AppealInspectView
    search_fields: ClassVar = ["body"]
    filterset_class = AppealFilterSet
    list_display: ClassVar = [
        "refused_extract",
        Column("get_outcome_display", label=_("Answer")),
        DateColumn("created_at", label=_("Age"), sort_key="created_at"),
    ]
    inspect_view_fields: ClassVar = [
        "body",
        "refused_text",
        "attached_files",
        "first_reason",
        "first_reader",
        "created_at",
        "outcome",
        "reason",
        "decided_by",
        "decided_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appeal]:
        return Appeal.objects.about(permissions.moderated_kinds(request.user)).with_text()


class ReportIndexView(ReportDecisions, QueueIndexView):
    pass


class ReportInspectView(ReportDecisions, QueueInspectView):
    labels: ClassVar = {
        "caption": _("What is reported"),
        "report_count": _("Reports by readers"),
        "reported_text": _("Text"),
        "reasons": _("What readers say against it"),
    }

    @cached_property
    def header_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        buttons = super().header_buttons
        if self.object.text.is_published:
            buttons.append(HeaderButton(_("See it on the site"), url=text_url(self.object.text), priority=len(buttons)))
        return buttons


class ReportFilterSet(WaitingFilterSet):
    class Meta:
        model = Report
        fields: ClassVar = ["outcome"]


class ReportViewSet(QueueViewSet):
    """Texts reported by readers, the longest waiting first: one row for each decision."""

    model = Report
    index_view_class = ReportIndexView
    icon = "warning"
    menu_label = _("Reported texts")
    menu_name = "reports-by-readers"
    url_prefix = "textes-signales"  # type: ignore[assignment]
    inspect_view_class = ReportInspectView
    search_fields: ClassVar = ["reason"]
    filterset_class = ReportFilterSet
    list_display: ClassVar = [
        "reported_extract",
        Column("get_outcome_display", label=_("Decision")),
        DateColumn("created_at", label=_("Age"), sort_key="created_at"),
    ]
    inspect_view_fields: ClassVar = [
        "caption",
        "report_count",
        "reasons",
        "reported_text",
        "attached_files",
        "created_at",
        "outcome",
        "decision_reason",
        "decided_by",
        "decided_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        kinds = permissions.moderated_kinds(request.user)
        return Report.objects.about(kinds).first_of_each().with_text()

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("site/<int:key>/", self.on_site, name="on_site")]

    def on_site(self, request: HttpRequest, key: int) -> HttpResponse:
        """Redirects to the text on the site.

        Resolved on click, because the page of a comment costs a query per text.
        """
        report = get_object_or_404(self.get_queryset(request), pk=key)
        return redirect(text_url(report.text))
