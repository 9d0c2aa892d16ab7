"""Menu « Comparatif » of the admin: observations, criteria, metropolises, the grid, import and export of files."""

from collections.abc import Iterator
from typing import Any, ClassVar

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import classproperty
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.views.snippets import CreateView, IndexView, SnippetViewSetGroup

from cms.admin.dashboard import snippet_url
from cms.admin.steps import StepView
from cms.hooks import Citation
from common.action_forms import ActionFormView
from common.admin import (
    EmptyQueue,
    ListedSnippetViewSet,
    PermissionView,
    PermissionViewSet,
    SluggedForm,
    TitleInBreadcrumb,
    action_url,
    row_buttons,
)
from common.bulk_actions import SnippetDecision
from common.shown import ActsAsShown, Contents
from common.spreadsheets import csv_response
from veille import permissions
from veille.benchmark.exports import GRID_HEADER, grid_rows
from veille.benchmark.forms import CriterionForm, GridFileForm, ObservationForm, WithdrawalForm
from veille.benchmark.queries import grid_state, state_of
from veille.benchmark.services import WITHDRAWN, contents_of, import_rows, publish, refusal, rows_of, withdraw
from veille.errors import ItemDecided, ObservationRefused
from veille.models import City, Criterion, Observation


class ReadOverAction(SnippetDecision):
    """Publishes observations as their second reader. The user's own observations are listed apart, with the reason.

    A warning afterwards gives the reasons again: another reader may have published more of them meanwhile.
    """

    display_name = _("Read over and published")
    action_type = "read_over"
    aria_label = _("Publish what you have read over")
    template_name = "veille/benchmark/admin/read_over.html"
    action_priority = 10
    reasons: list[str]

    @classproperty
    def models(cls) -> list[type]:
        return [Observation]

    @classmethod
    def get_queryset(cls, model: type[Observation], object_ids: Any) -> QuerySet[Observation]:
        return model.objects.filter(pk__in=object_ids).select_related("city", "criterion", "recorded_by")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not permissions.can_record_observations(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def check_perm(self, obj: Observation) -> bool:
        return permissions.can_read_over(self.request.user, obj)

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        """Returns the primary keys of the unpublished observations: "All" selects those only."""
        return Observation.objects.waiting().values_list("pk", flat=True)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(title=self.display_name, **kwargs)
        refused = [
            (observation, refusal(self.request.user, observation)) for observation in context["items_with_no_access"]
        ]
        return {**context, "refused": refused}

    def prepare_action(self, objects: Any, objects_without_access: dict[str, list[Observation]]) -> None:
        others = objects_without_access["items_with_no_access"]
        self.reasons = [refusal(self.request.user, observation) for observation in others]
        if not objects and not others:
            self.reasons.append(str(ItemDecided.message))

    def get_execution_context(self) -> dict[str, Any]:
        context = super().get_execution_context()
        return {**context, "reader": self.request.user, "now": timezone.now(), "reasons": self.reasons}

    def form_valid(self, form: Form) -> HttpResponse:
        self.reasons = []
        response: HttpResponse = super().form_valid(form)
        if self.reasons:
            messages.warning(self.request, " ".join(self.reasons))
        return response

    @classmethod
    def execute_action(  # type: ignore[override]
        cls, objects: list[Observation], *, shown: dict[str, str], reasons: list[str], **read: Any
    ) -> tuple[int, int]:
        """Publishes each observation. The reasons of those that cannot be published any more go to `reasons`."""
        count = 0
        for observation in objects:
            try:
                publish(observation=observation, shown=cls.shown_of(observation, shown), **read)
            except ObservationRefused as error:
                reasons.append(str(error))
                continue
            count += 1
        return count, 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        if not num_parent_objects:
            return None
        return ngettext(
            "%(count)d observation is published.", "%(count)d observations are published.", num_parent_objects
        ) % {"count": num_parent_objects}


class ObservationFilters(WagtailFilterSet):
    TO_READ, TO_CHECK = "read", "check"

    todo = django_filters.ChoiceFilter(
        label=_("To do"),
        choices=[(TO_READ, _("To be read over")), (TO_CHECK, _("To check again"))],
        method="filter_todo",
    )

    class Meta:
        model = Observation
        fields: ClassVar = ["todo", "criterion", "city"]

    def filter_todo(self, queryset: QuerySet[Observation], name: str, todo: str) -> QuerySet[Observation]:
        if todo == self.TO_READ:
            return queryset.filter(published_at=None)
        return queryset.filter(pk__in=Observation.objects.old(timezone.localdate()).order_by().values("pk"))


class ObservationIndexView(EmptyQueue, IndexView):
    """Last observation of each cell, unpublished ones first."""

    queues = frozenset(f"todo={todo}" for todo in (ObservationFilters.TO_READ, ObservationFilters.TO_CHECK))

    def get_base_queryset(self) -> QuerySet[Observation]:
        current = Observation.objects.filter(replaced_by=None)
        observations = current.select_related("city", "criterion", "recorded_by", "withdrawal")
        return observations.order_by("published_at", *(Observation._meta.ordering or ()))

    def get_list_more_buttons(self, instance: Observation) -> list[Any]:
        buttons = super().get_list_more_buttons(instance)
        if permissions.can_withdraw(self.request.user, instance):
            withdrawing = snippet_url(Observation, "withdraw", instance.pk)
            return [*row_buttons(str(instance), [(gettext("Withdraw…"), withdrawing)]), *buttons]
        if instance.published_at:
            return buttons
        url = action_url(instance, ReadOverAction.action_type, self.request.get_full_path())
        return [*row_buttons(str(instance), [(gettext("Read over…"), url)]), *buttons]


class ObservationCreateView(CreateView):
    """Form of a new observation. The grid passes the cell as the query parameters `city` and `criterion`."""

    def get_initial(self) -> dict[str, Any]:
        parameters = {name: self.request.GET.get(name, "") for name in ("city", "criterion")}
        return {**super().get_initial(), **{name: key for name, key in parameters.items() if key.isdigit()}}


class WithdrawView(StepView, ActsAsShown, ActionFormView):
    """Withdrawal of a published observation, with its reason."""

    model = Observation
    is_allowed = staticmethod(permissions.can_record_observations)
    page_title = _("Withdraw the observation")
    header_icon = "tick"
    form_class = WithdrawalForm
    template_name = "veille/benchmark/admin/withdraw.html"

    def get_contents(self) -> Contents:
        return contents_of(self.object)

    def submit(self, form: WithdrawalForm) -> HttpResponse:
        by: Any = self.request.user
        reason, shown = form.cleaned_data["reason"], self.confirmation.shown
        withdraw(observation=self.object, reason=reason, by=by, shown=shown, now=timezone.now())
        messages.success(self.request, gettext("The observation is withdrawn. Its criterion says so."))
        return redirect(snippet_url(Observation, "list"))


class ObservationViewSet(ListedSnippetViewSet):
    model = Observation
    icon = "tick"
    menu_label = _("Observations of the comparison")
    url_prefix = "constats-du-comparatif"  # type: ignore[assignment]
    copy_view_enabled = False
    index_view_class = ObservationIndexView
    add_view_class = ObservationCreateView
    filterset_class = ObservationFilters
    list_display: ClassVar = [
        "__str__",
        Column("state", label=_("State"), accessor=lambda observation: state_of(observation, timezone.localdate())),
        Column("in_words", label=_("What was found")),
        Column("recorded_by", label=_("Recorded by")),
        DateColumn("source_seen_on", label=_("Source seen on")),
    ]
    list_per_page = 50
    search_backend_name = None
    search_fields: ClassVar = ["city__name", "criterion__question"]
    edit_handler = ObjectList(
        [
            FieldPanel("criterion"),
            FieldPanel("city"),
            FieldPanel("value"),
            MultiFieldPanel(
                [FieldPanel("source_url"), FieldPanel("source_title"), FieldPanel("source_seen_on")],
                heading=_("Source"),
            ),
            FieldPanel("reason"),
        ],
        base_form_class=ObservationForm,
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("retrait/<int:pk>/", WithdrawView.as_view(), name="withdraw")]


def register_withdrawals(actions: LogActionRegistry) -> None:
    actions.register_action(WITHDRAWN, _("Withdraw the observation"), _("Observation withdrawn"))


class CriterionViewSet(ListedSnippetViewSet):
    model = Criterion
    icon = "list-ul"
    menu_label = _("Criteria")
    url_prefix = "criteres"  # type: ignore[assignment]
    copy_view_enabled = False
    list_display: ClassVar = ["question", DateColumn("published_at", label=_("Published on")), "kind", "order"]
    search_backend_name = None
    search_fields: ClassVar = ["question"]
    edit_handler = ObjectList(
        [
            FieldPanel("question"),
            FieldPanel("slug"),
            FieldPanel("definition"),
            FieldPanel("look_for"),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("unit")]),
            FieldPanel("topic"),
            FieldRowPanel([FieldPanel("order"), FieldPanel("is_background")]),
            FieldPanel("is_published"),
        ],
        base_form_class=CriterionForm,
    )


class CityViewSet(ListedSnippetViewSet):
    model = City
    icon = "site"
    menu_label = _("Metropolises")
    url_prefix = "metropoles"  # type: ignore[assignment]
    copy_view_enabled = False
    list_display: ClassVar = [
        "name",
        "population",
        "population_year",
        BooleanColumn("is_ours", label=capfirst(_("it is ours")), sort_key="is_ours"),
    ]
    search_backend_name = None
    search_fields: ClassVar = ["name"]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("slug"),
            FieldPanel("siren"),
            FieldRowPanel([FieldPanel("population"), FieldPanel("population_year")]),
            FieldPanel("population_source"),
            FieldRowPanel([FieldPanel("order"), FieldPanel("is_ours")]),
        ],
        base_form_class=SluggedForm,
    )


class GridView(TitleInBreadcrumb, PermissionView, TemplateView):
    """Grid of the comparison: known, waiting and empty cells of each criterion; an empty cell links to its form."""

    page_title = _("Grid of the comparison")
    header_icon = "table"
    template_name = "veille/benchmark/admin/grid.html"
    is_allowed = staticmethod(permissions.can_record_observations)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            lines=grid_state(timezone.localdate()),
            add_url=snippet_url(Observation, "add"),
            list_url=snippet_url(Observation, "list"),
            **kwargs,
        )


class FileView(TitleInBreadcrumb, PermissionView, FormView):
    """Import of a CSV file of observations in two steps: a preview, row by row, then the import itself."""

    page_title = _("Observations from a file")
    header_icon = "upload"
    template_name = "veille/benchmark/admin/file.html"
    form_class = GridFileForm
    is_allowed = staticmethod(permissions.can_record_observations)

    def form_valid(self, form: GridFileForm) -> HttpResponse:
        text, is_try = form.cleaned_data["text"], "record" not in self.request.POST
        try:
            report = import_rows(rows_of(text), by=self.request.user, now=timezone.now(), dry_run=is_try)  # type: ignore[arg-type]
        except ObservationRefused as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        if is_try or report.refused:
            next_form = GridFileForm(initial={"text": text}) if is_try else form
            return self.render_to_response(self.get_context_data(form=next_form, report=report, is_try=is_try))
        message = ngettext(
            "%(count)d observation is recorded. Another person reads it over.",
            "%(count)d observations are recorded. Another person reads them over.",
            report.recorded,
        )
        messages.success(self.request, message % {"count": report.recorded})
        return redirect(snippet_url(Observation, "list"))


def grid_file(request: HttpRequest) -> StreamingHttpResponse:
    """Exports the whole grid as CSV, to be filled in and imported again."""
    if not permissions.can_record_observations(request.user):
        raise PermissionDenied
    return csv_response("comparatif-grille.csv", GRID_HEADER, grid_rows())


class GridViewSet(PermissionViewSet):
    name = "comparison_grid"
    icon = "table"
    menu_label = _("Grid, files")
    url_prefix = "grille-du-comparatif"  # type: ignore[assignment]
    is_allowed = staticmethod(permissions.can_record_observations)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", GridView.as_view(), name="index"),
            path("fichier/", FileView.as_view(), name="file"),
            path("grille.csv", grid_file, name="export"),
        ]


class BenchmarkViewSetGroup(SnippetViewSetGroup):
    items = (ObservationViewSet, GridViewSet, CriterionViewSet, CityViewSet)
    menu_label = _("Comparison")
    menu_icon = "table"
    menu_order = 120


def sources_of_observations() -> Iterator[Citation]:
    """Yields the sources of the published observations, each with the URL of its edit form."""
    for observation in Observation.objects.current().select_related("city", "criterion").iterator(chunk_size=500):
        yield Citation(
            url=observation.source_url,
            title=str(observation),
            edit_url=snippet_url(Observation, "edit", observation.pk),
        )
