"""View sets of the surveys and annual reports, with the views that build and publish a report."""

from typing import Any, ClassVar

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import CreateView, IndexView

from cms.admin.dashboard import snippet_url
from cms.admin.steps import StepView
from common.action_forms import ActionFormView
from common.admin import ListedSnippetViewSet, SnippetEditView, Step, StepsAfterSaving, StepsInRows
from common.hooks import COMMITTEE_MENU_HOOK
from common.shown import ActsAsShown, Contents
from indicators import permissions
from indicators.hooks import Period
from indicators.models import Restitution, Survey
from indicators.restitution.queries.figures import figures_of
from indicators.restitution.queries.shortfalls import shortfalls_of
from indicators.restitution.services import build, contents_of, publish


class RestitutionStepView(StepView, ActionFormView):
    """Base view of the steps of a report: an explanation and one button."""

    template_name = "indicators/admin/step.html"
    header_icon = "doc-full"
    model = Restitution
    is_allowed = staticmethod(permissions.can_prepare_restitution)
    explanation: Any
    done: Any

    def act(self) -> None:
        """Performs the step. Raises `RestitutionRefused`."""
        raise NotImplementedError

    def submit(self, form: Form) -> HttpResponse:
        self.act()
        messages.success(self.request, self.done)
        return redirect(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(explanation=self.explanation, **kwargs)


class BuildView(RestitutionStepView):
    page_title = _("Measure the figures")
    explanation = _(
        "Every figure of the year is counted now, in the place of those counted before."
        " You can do it again until you publish."
    )
    done = _("The figures are measured. Read the report, then publish it.")

    def act(self) -> None:
        build(year=self.object.year, now=timezone.now(), by=self.request.user)  # type: ignore[arg-type]


class PublishView(ActsAsShown, RestitutionStepView):
    page_title = _("Publish the report")
    explanation = _("Everyone can read the report. Its figures do not change any more.")
    done = _("The report is published.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report = self.object
        if report.built_at is None:
            return super().get_context_data(**kwargs)
        figures = figures_of(report.figures)
        shortfalls = shortfalls_of(Period.of_year(report.year), report.built_at, figures)
        return super().get_context_data(shortfalls=shortfalls, **kwargs)

    def get_contents(self) -> Contents:
        return contents_of(self.object)

    def act(self) -> None:
        shown = self.confirmation.shown
        publish(restitution=self.object, shown=shown, now=timezone.now(), by=self.request.user)  # type: ignore[arg-type]


def steps_of(restitution: Restitution) -> list[Step]:
    """Returns the actions possible on `restitution`, next step first."""
    read = (gettext("Read the report"), restitution.get_absolute_url())
    if restitution.is_published:
        return [read]
    if restitution.built_at is None:
        return [(gettext("Measure the figures…"), snippet_url(Restitution, "build", restitution.pk))]
    publish = (gettext("Publish…"), snippet_url(Restitution, "publish", restitution.pk))
    return [publish, read, (gettext("Measure the figures again…"), snippet_url(Restitution, "build", restitution.pk))]


class RestitutionIndexView(StepsInRows, IndexView):
    steps_of = staticmethod(steps_of)


class RestitutionCreateView(StepsAfterSaving, CreateView):
    steps_of = staticmethod(steps_of)


class RestitutionEditView(StepsAfterSaving, SnippetEditView):
    steps_of = staticmethod(steps_of)


class RestitutionViewSet(ListedSnippetViewSet):
    """Annual reports."""

    model = Restitution
    icon = "doc-full"
    menu_label = _("Restitutions")
    menu_hook = COMMITTEE_MENU_HOOK
    menu_order = 100
    url_prefix = "restitutions"  # type: ignore[assignment]
    index_view_class = RestitutionIndexView
    add_view_class = RestitutionCreateView
    edit_view_class = RestitutionEditView
    copy_view_enabled = False
    list_display: ClassVar = ["__str__", "published_at", "built_at"]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("chiffres/<int:pk>/", BuildView.as_view(), name="build"),
            path("publier/<int:pk>/", PublishView.as_view(), name="publish"),
        ]


class SurveyViewSet(ListedSnippetViewSet):
    """Surveys, with their first and last days."""

    model = Survey
    icon = "group"
    menu_label = _("Who takes part")
    menu_hook = COMMITTEE_MENU_HOOK
    menu_order = 110
    url_prefix = "qui-participe"  # type: ignore[assignment]
    copy_view_enabled = False
    list_display: ClassVar = ["__str__", "opens_on", "closes_on"]
