"""Entry of sheets by agents: number and answers, then a confirmation page, then the next sheet."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from common.desk import AgentView, EntryFormView, EntryViewSet
from common.origins import Origin
from fieldwork.errors import SurveyNotOpen
from fieldwork.models import SurveyPage
from fieldwork.permissions import can_enter_sheets
from fieldwork.surveys.forms import EntryForm
from fieldwork.surveys.queries.sheets import next_waiting
from fieldwork.surveys.services.sheets import check_waiting, enter_sheet


class SheetsView(AgentView):
    is_allowed = staticmethod(can_enter_sheets)


class ChooseSurveyView(SheetsView, TemplateView):
    """Lists the surveys whose sheets may be entered now."""

    page_title = _("Enter the sheets of a survey")
    template_name = "fieldwork/admin/sheets_choose.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        surveys = SurveyPage.objects.open(timezone.now()).select_related("poll")
        return super().get_context_data(surveys=surveys, **kwargs)


class EnterSheetView(SheetsView, EntryFormView):
    """Entry of one sheet, with a confirmation page: once saved, its answers cannot be found or changed."""

    page_title = _("Enter a sheet")
    template_name = "fieldwork/admin/sheet_entry.html"
    form_class = EntryForm
    refusal_field = "number"

    @cached_property
    def survey(self) -> SurveyPage:
        surveys = SurveyPage.objects.published().filter(poll__is_draft=False).select_related("poll")
        return get_object_or_404(surveys, pk=self.kwargs["pk"])

    def redirect_if_over(self) -> HttpResponse | None:
        if SurveyPage.objects.open(timezone.now()).filter(pk=self.survey.pk).exists():
            return None
        messages.error(self.request, str(SurveyNotOpen()))
        return redirect("survey_sheets:choose")

    def get_page_subtitle(self) -> str:
        return self.survey.title

    def above(self) -> list[dict[str, Any]]:
        return [{"url": reverse("survey_sheets:choose"), "label": ChooseSurveyView.page_title}]

    def get_initial(self) -> dict[str, Any]:
        after, origin = self.request.GET.get("apres", ""), self.request.GET.get("origine", "")
        last_number = int(after) if after.isascii() and after.isdigit() and len(after) < 6 else 0
        return {
            "number": next_waiting(self.survey, last_number),
            "origin": origin if origin in Origin.values else Origin.PAPER,
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"poll": self.survey.poll}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(survey=self.survey, **kwargs)

    def submit(self, form: EntryForm) -> HttpResponse:
        number, origin = form.cleaned_data["number"], form.cleaned_data["origin"]
        step = self.request.POST.get("step")
        if step == "change":
            return self.render_to_response(self.get_context_data(form=form))
        if step != "save":
            check_waiting(survey=self.survey, number=number)
            return self.render_to_response(self.get_context_data(form=form, answers_in_words=_answers_in_words(form)))
        enter_sheet(
            survey=self.survey,
            number=number,
            origin=origin,
            answers=form.answers,
            agent=self.agent,
            now=timezone.now(),
        )
        messages.success(self.request, gettext("Sheet %(number)s is recorded.") % {"number": number})
        query = {"apres": number, "origine": origin.value}
        return redirect(reverse("survey_sheets:enter", args=[self.survey.pk], query=query))


def _answers_in_words(form: EntryForm) -> list[tuple[str, list[str]]]:
    """Returns (question, answers in words) for the confirmation page."""
    return [(kind.question.text, kind.words(form.answers[kind.question.pk])) for kind in form.kinds]


class SheetEntryViewSet(EntryViewSet):
    """Entry of the sheets of open surveys, for agents."""

    name = "survey_sheets"
    icon = "form"
    menu_label = _("A sheet of a survey")
    menu_order = 50
    url_prefix = "fiches-enquetes"  # type: ignore[assignment]
    is_allowed = staticmethod(can_enter_sheets)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", ChooseSurveyView.as_view(), name="choose"),
            path("<int:pk>/", EnterSheetView.as_view(), name="enter"),
        ]
