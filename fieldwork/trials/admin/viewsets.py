"""View sets of the menu « Terrain »: campaigns, findings for the team, findings for the city to answer."""

from typing import Any, ClassVar

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import ButtonsColumnMixin, Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.button import BaseButton, Button, HeaderButton, ListingButton
from wagtail.snippets.views.snippets import IndexView

from cms.admin.page_lists import PageListViewSet
from common.admin import (
    AdminReportViewSet,
    AttachedFilesColumn,
    EmptyQueue,
    ListedSnippetViewSet,
    PermissionView,
    ReadersHistoryView,
    SinglePermissionPolicy,
    YesNoFilter,
)
from common.hooks import GROUND_MENU_HOOK
from fieldwork import permissions
from fieldwork.models import CampaignPage, Finding
from fieldwork.trials.admin import views
from fieldwork.trials.admin.actions import RARE, actions_on
from participation.admin.answers.due import DueColumn
from participation.admin.answers.views import OwnServicesFilterSet, OwnServicesFirst
from participation.admin.base import ReadView
from participation.models import CityService


class FindingPolicy(SinglePermissionPolicy):
    """Read-only permission policy of the findings returned by `readable_findings`."""

    def __init__(self) -> None:
        super().__init__(Finding, permissions.can_follow_findings, only="view")

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Finding]:
        return permissions.readable_findings(user) if "view" in actions else Finding.objects.none()


def _services(request: Any) -> QuerySet[CityService]:
    return CityService.objects.filter(findings__in=permissions.readable_findings(request.user)).distinct()


def _campaigns(request: Any) -> QuerySet[CampaignPage]:
    return CampaignPage.objects.published().order_by("-starts_on")


def _filter_late(findings: QuerySet[Finding], name: str, late: str) -> QuerySet[Finding]:
    overdue = Finding.objects.overdue(timezone.localdate()).order_by().values("pk")
    return findings.filter(pk__in=overdue) if late == YesNoFilter.YES else findings.exclude(pk__in=overdue)


class FindingFilterSet(WagtailFilterSet):
    service = django_filters.ModelChoiceFilter(label=_("Service"), queryset=_services)
    campaign = django_filters.ModelChoiceFilter(
        label=_("Test campaign"), queryset=_campaigns, field_name="trial__scenario__campaign"
    )
    overdue = YesNoFilter(label=_("Late"), method=_filter_late)
    is_sensitive = YesNoFilter(label=_("Sensitive"))

    class Meta:
        model = Finding
        fields: ClassVar = ["state", "severity", "service", "campaign", "overdue", "is_sensitive"]


class FindingIndexView(EmptyQueue, IndexView):
    """List of the findings for the team; the city has its own list."""

    queues = frozenset(f"state={state.value}" for state in (Finding.State.REPORTED, *permissions.GO_ON_STATES))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not permissions.can_coordinate_trials(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def decisions(self, finding: Finding, button: type[BaseButton]) -> list[BaseButton]:
        return sorted(actions_on(self.request.user, finding, self.request.get_full_path(), button))

    def get_list_buttons(self, instance: Finding) -> list[BaseButton]:
        """Returns the usual next step, if there is one, and a menu with the other decisions."""
        first = self.decisions(instance, ListingButton)[:1]
        return [*(button for button in first if button.priority < RARE), *super().get_list_buttons(instance)]

    def get_list_more_buttons(self, instance: Finding) -> list[Any]:
        decisions = self.decisions(instance, Button)
        others = decisions[1:] if decisions and decisions[0].priority < RARE else decisions
        return [*others, *super().get_list_more_buttons(instance)]


class FindingInspectView(ReadView):
    """Page of a finding: all of its data, its history, and the decisions possible.

    The city sees neither the note to the team nor the assistive technology, unless the tester agreed to show it.
    """

    labels: ClassVar = {
        "campaign": _("Test campaign"),
        "scenario": _("Scenario"),
        "trial_words": _("Trial"),
        "picture_shown": _("Picture"),
        "duplicate_list": _("Its duplicates"),
        "history": _("History"),
    }

    def get_object(self, queryset: Any = None) -> Finding:
        findings = permissions.readable_findings(self.request.user).with_context()
        return get_object_or_404(findings, pk=self.pk)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Returns the breadcrumb below the list that the user may open: the team's, or the city's."""
        items = super().get_breadcrumbs_items()
        if self.is_team:
            return items
        city = {"url": reverse("findings_to_answer:list"), "label": ToAnswerView.page_title}
        return [*self.breadcrumbs_items, city, items[-1]]

    @cached_property
    def header_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        finding: Finding = self.object
        next_url = reverse("findings:inspect", args=[finding.pk])
        buttons = actions_on(self.request.user, finding, next_url, HeaderButton)
        if permissions.can_coordinate_trials(self.request.user) and permissions.can_retest(self.request.user, finding):
            url = reverse("findings:retest", args=[finding.pk])
            buttons.append(HeaderButton(_("Note a new trial…"), url=url, icon_name="rotate", priority=55))
        return sorted(buttons)

    @cached_property
    def header_more_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        return []

    @cached_property
    def is_team(self) -> bool:
        return permissions.can_coordinate_trials(self.request.user)

    def get_campaign_display_value(self) -> str:
        return str(self.object.campaign.title)

    def get_scenario_display_value(self) -> str:
        return str(self.object.trial.scenario)

    def get_trial_words_display_value(self) -> SafeString:
        context = {"trial": self.object.trial, "finding": self.object, "is_team": self.is_team}
        return render_to_string("fieldwork/admin/trial.html", context)

    def get_picture_shown_display_value(self) -> SafeString | str:
        if not self.object.picture:
            return ""
        return render_to_string("fieldwork/admin/picture.html", {"finding": self.object})

    def get_duplicate_list_display_value(self) -> str:
        return ", ".join(map(str, self.object.duplicates.order_by("pk")))

    def get_history_display_value(self) -> SafeString:
        context = {"steps": self.object.steps.select_related("retest"), "is_team": self.is_team}
        return render_to_string("fieldwork/admin/history.html", context)


class FindingHistoryView(ReadersHistoryView):
    """History of the decisions about a finding that the user may read."""

    def get_object(self, queryset: Any = None) -> Finding:
        return get_object_or_404(permissions.readable_findings(self.request.user), pk=self.pk)


def _sensitive(finding: Finding) -> str:
    """Returns "yes" in words for a sensitive finding: a cross beside the others would look like a fault."""
    return gettext("Yes") if finding.is_sensitive else "–"


class FindingViewSet(ListedSnippetViewSet):
    model = Finding
    icon = "warning"
    menu_label = _("Findings of trials")
    menu_hook = GROUND_MENU_HOOK
    menu_order = 20
    url_namespace = "findings"  # type: ignore[assignment]
    url_prefix = "constats"  # type: ignore[assignment]
    index_view_class = FindingIndexView
    inspect_view_class = FindingInspectView
    history_view_class = FindingHistoryView
    inspect_view_enabled = True
    deleted_in_bulk = False
    inspect_template_name = "participation/admin/inspect.html"  # type: ignore[assignment]
    copy_view_enabled = False
    list_per_page = 50
    ordering: ClassVar = ["-created_at", "-pk"]
    # Search in the database, since the search index contains public findings only.
    search_backend_name = None
    search_fields: ClassVar = ["what_happened", "expected"]
    filterset_class = FindingFilterSet
    list_display: ClassVar = [
        "__str__",
        Column("headline", label=_("What happened")),
        AttachedFilesColumn(),
        Column("get_severity_display", label=_("Severity"), sort_key="severity"),
        Column("get_state_display", label=_("State"), sort_key="state"),
        Column("service", label=_("Service")),
        DueColumn("answer_due_on", label=_("Announced date"), sort_key="answer_due_on"),
        Column("is_sensitive", label=_("Sensitive"), accessor=_sensitive),
        DateColumn("created_at", label=_("Age"), sort_key="created_at"),
    ]
    list_export: ClassVar = [
        *("__str__", "headline", "get_severity_display", "get_state_display", "service", "answer_due_on"),
        *("is_sensitive", "created_at"),
    ]
    inspect_view_fields: ClassVar = [
        *("what_happened", "expected", "severity", "picture_shown", "is_sensitive", "campaign", "scenario"),
        *("trial_words", "created_at", "state", "state_reason", "duplicate_of", "duplicate_list", "service"),
        *("answer_due_on", "fixed_in", "verified_at", "returns", "history"),
    ]

    @property
    def permission_policy(self) -> FindingPolicy:
        return FindingPolicy()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Finding]:
        return permissions.readable_findings(request.user).with_context()

    def get_menu_item(self, order: int | None = None) -> Any:
        item = super().get_menu_item(order)
        item.is_shown = lambda request: permissions.can_coordinate_trials(request.user)
        return item

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("<int:pk>/nouvel-essai/", views.RetestView.as_view(), name="retest")]


class ToAnswerTitleColumn(ButtonsColumnMixin, TitleColumn):
    cell_template_name = "wagtailadmin/tables/title_cell.html"

    def get_buttons(self, instance: Finding, parent_context: Any) -> list[BaseButton]:
        request = parent_context["request"]
        return actions_on(request.user, instance, request.get_full_path(), ListingButton)


class ToAnswerFilterSet(OwnServicesFilterSet):
    service_field = "service"

    service = django_filters.ModelChoiceFilter(label=_("Service"), queryset=_services)
    late = YesNoFilter(label=_("Late"), method=_filter_late)

    class Meta:
        model = Finding
        fields: ClassVar = ["mine", "service", "severity"]


class ToAnswerView(OwnServicesFirst, EmptyQueue, PermissionView, ReportView):
    """Findings that wait for the city, or came back to it: the user's own services first, then by due date."""

    service_field = "service"
    queues = frozenset({"", "late=true", "mine=true"})

    is_allowed = staticmethod(permissions.can_follow_findings)
    page_title = _("Findings to deal with")
    header_icon = "time"
    index_url_name = "findings_to_answer:list"
    index_results_url_name = "findings_to_answer:list_results"
    filterset_class = ToAnswerFilterSet
    default_ordering = "answer_due_on"
    is_searchable = True
    search_fields: ClassVar = ["what_happened", "expected"]
    search_backend_name = None
    verbose_name_plural = Finding._meta.verbose_name_plural
    list_export: ClassVar = ["pk", "headline", "get_severity_display", "service", "sent_at", "answer_due_on"]
    export_headings: ClassVar = {
        "pk": _("Number of the finding"),
        "headline": _("What happened"),
        "get_severity_display": _("Severity"),
    }

    @cached_property
    def columns(self) -> list[Column]:  # type: ignore[override]
        return [
            ToAnswerTitleColumn(
                "finding",
                label=_("Finding"),
                accessor=lambda finding: f"{finding} · {finding.headline}",
                get_url=lambda finding: reverse("findings:inspect", args=[finding.pk]),
            ),
            AttachedFilesColumn(),
            Column("campaign", label=_("Tested service"), accessor="campaign.service_name"),
            Column("get_severity_display", label=_("Severity"), sort_key="severity"),
            Column("service", label=_("Service")),
            Column("get_state_display", label=_("State"), sort_key="state"),
            DueColumn("answer_due_on", label=_("Announced date"), sort_key="answer_due_on"),
        ]

    def get_base_queryset(self) -> QuerySet[Finding]:
        return permissions.readable_findings(self.request.user).to_deal_with().with_context()

    def filter_queryset(self, queryset: QuerySet[Finding]) -> QuerySet[Finding]:
        findings: QuerySet[Finding] = super().filter_queryset(queryset)
        # Sensitive findings are not exported, because a file leaves the admin.
        return findings.exclude(is_sensitive=True) if self.is_export else findings


class ToAnswerViewSet(AdminReportViewSet):
    name = "findings_to_answer"
    icon = "time"
    menu_label = _("Findings to deal with")
    menu_hook = GROUND_MENU_HOOK
    menu_order = 30
    url_prefix = "constats-a-traiter"  # type: ignore[assignment]
    is_allowed = staticmethod(permissions.can_follow_findings)
    report = ToAnswerView


class CampaignListViewSet(PageListViewSet):
    name = "campaign_list"
    model = CampaignPage
    icon = "tick"
    menu_label = _("Test campaigns")
    menu_hook = GROUND_MENU_HOOK
    menu_order = 10
    url_prefix = "campagnes"  # type: ignore[assignment]
