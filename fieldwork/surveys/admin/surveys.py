"""Admin of the surveys: lots of sheets, their printing, lost sheets, outings."""

from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, DateColumn
from wagtail.snippets.views.snippets import CreateView, IndexView

from cms.admin.dashboard import snippet_url
from common.action_forms import ActionFormView
from common.admin import (
    ListedSnippetViewSet,
    PermissionView,
    PermissionViewSet,
    Step,
    StepsInRows,
    TitleInBreadcrumb,
    YesNoFilter,
)
from common.errors import Refusal
from common.hooks import GROUND_MENU_HOOK
from common.qr_codes import drawn
from common.urls import absolute_url
from fieldwork.models import Outing, SurveyPage
from fieldwork.permissions import can_follow_surveys, can_make_sheets, can_prepare_outings
from fieldwork.surveys.forms import LotForm, VoidForm, questions_of
from fieldwork.surveys.queries.codes import code_of, printed
from fieldwork.surveys.queries.sheets import AT_ONCE, counts_of, lots_of
from fieldwork.surveys.services.sheets import check_printable, declare_void, make_sheets
from polls.models import Poll
from polls.permissions import can_change_polls
from polls.services.opening import missing_in


class SurveysView(TitleInBreadcrumb, PermissionView):
    header_icon = "microphone"
    is_allowed = staticmethod(can_follow_surveys)


class SurveyListView(SurveysView, TemplateView):
    """Lists the surveys, latest to end first, with their numbers of sheets."""

    page_title = _("Field surveys")
    template_name = "fieldwork/admin/surveys.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        surveys = list(SurveyPage.objects.select_related("poll").order_by("-poll__closes_at", "-pk"))
        counts = counts_of(surveys)
        return super().get_context_data(surveys=[(survey, counts[survey.pk]) for survey in surveys], **kwargs)


class OneSurveyView(SurveysView):
    """Base view of the screens about one survey."""

    @cached_property
    def survey(self) -> SurveyPage:
        return get_object_or_404(SurveyPage.objects.select_related("poll"), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.survey.title

    def above(self) -> list[dict[str, Any]]:
        return [{"url": reverse("field_surveys:list"), "label": SurveyListView.page_title}]


class SurveyView(OneSurveyView, TemplateView):
    """Sheets and outings of a survey, with the forms that make or void sheets."""

    page_title = _("Sheets and outings")
    template_name = "fieldwork/admin/survey.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        survey = self.survey
        forms = {"lot_form": LotForm(survey=survey), "void_form": VoidForm(prefix="void")}
        can_open = can_change_polls(self.request.user)  # type: ignore[arg-type]
        now = timezone.now()
        return super().get_context_data(
            **{**forms, **kwargs},
            survey=survey,
            counts=counts_of([survey])[survey.pk],
            outings=survey.outings.all(),
            is_over=survey.poll.is_over(now),
            missing=list(missing_in(survey.poll, now)) if survey.poll.is_draft else [],
            poll_url=snippet_url(Poll, "edit", survey.poll_id) if can_open else "",
            lots=lots_of(survey),
            can_make_sheets=can_make_sheets(self.request.user),
            can_prepare_outings=can_prepare_outings(self.request.user),
        )


class SheetsFormView(SurveyView, ActionFormView):
    """Base view of the forms on the page of a survey."""

    is_allowed = staticmethod(can_make_sheets)
    form_name: str

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("field_surveys:survey", self.survey.pk)

    def form_invalid(self, form: Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(**{self.form_name: form, "form": form}), status=422)


class MakeSheetsView(SheetsFormView):
    form_class = LotForm
    form_name = "lot_form"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"survey": self.survey}

    def submit(self, form: LotForm) -> HttpResponse:
        sheets = make_sheets(
            survey=self.survey,
            number=form.cleaned_data["number"],
            outing=form.cleaned_data["outing"],
            by=self.request.user,  # type: ignore[arg-type]
            now=timezone.now(),
        )
        first, last = sheets[0].number, sheets[-1].number
        messages.success(self.request, gettext("The sheets are made: print them."))
        return redirect("field_surveys:print", self.survey.pk, first, last)


class VoidSheetView(SheetsFormView):
    form_class = VoidForm
    form_name = "void_form"
    prefix = "void"

    def submit(self, form: VoidForm) -> HttpResponse:
        number = form.cleaned_data["number"]
        declare_void(survey=self.survey, number=number, by=self.request.user, now=timezone.now())  # type: ignore[arg-type]
        messages.success(self.request, gettext("Sheet %(number)s is void.") % {"number": number})
        return redirect("field_surveys:survey", self.survey.pk)


class PrintSheetsView(OneSurveyView, TemplateView):
    """Prints a range of sheets as one document, with at most two pages per sheet."""

    is_allowed = staticmethod(can_make_sheets)
    page_title = _("Sheets to print")
    template_name = "fieldwork/admin/sheets_paper.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            check_printable(self.survey.poll)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("field_surveys:survey", self.survey.pk)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        first, last = self.kwargs["first"], self.kwargs["last"]
        sheets = self.survey.sheets.filter(number__range=(first, last), is_void=False)[: AT_ONCE + 1]
        if not 0 < len(sheets) <= AT_ONCE:
            raise Http404
        address = absolute_url(reverse("fieldwork:survey_short", args=[self.survey.pk]))
        sheet_codes = [(sheet.number, printed(code_of(self.survey.pk, sheet.number))) for sheet in sheets]
        return super().get_context_data(
            **kwargs,
            **drawn(address),
            survey=self.survey,
            poll=self.survey.poll,
            sheets=sheet_codes,
            groups=questions_of(self.survey.poll),
            address=address.partition("//")[2].rstrip("/"),
        )


class SurveysViewSet(PermissionViewSet):
    """Admin of the surveys, for users who make sheets or prepare outings."""

    name = "field_surveys"
    icon = "microphone"
    menu_label = _("Field surveys")
    menu_hook = GROUND_MENU_HOOK
    menu_order = 40
    url_prefix = "enquetes-de-terrain"  # type: ignore[assignment]
    is_allowed = staticmethod(can_follow_surveys)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", SurveyListView.as_view(), name="list"),
            path("<int:pk>/", SurveyView.as_view(), name="survey"),
            path("<int:pk>/fiches/", MakeSheetsView.as_view(), name="make"),
            path("<int:pk>/fiches/annuler/", VoidSheetView.as_view(), name="void"),
            path("<int:pk>/fiches/<int:first>-<int:last>/", PrintSheetsView.as_view(), name="print"),
        ]


class OutingFilterSet(WagtailFilterSet):
    is_closed = YesNoFilter(label=capfirst(pgettext_lazy("outing", "closed")))

    class Meta:
        model = Outing
        fields: ClassVar = ["survey", "is_closed"]


class OutingIndexView(StepsInRows, IndexView):
    """List of the outings, each with a link to its volunteers."""

    @staticmethod
    def steps_of(outing: Outing) -> list[Step]:
        if not outing.survey.live:
            return []
        return [(gettext("See who goes"), reverse("fieldwork:outing_volunteers", args=[outing.pk]))]

    def get_base_queryset(self) -> QuerySet[Outing]:
        return super().get_base_queryset().select_related("survey")


class OutingCreateView(CreateView):
    """Form of a new outing, with the survey preselected from the page of origin."""

    def get_initial_form_instance(self) -> Outing:
        survey_pk = self.request.GET.get("survey", "")
        return Outing(survey=SurveyPage.objects.filter(pk=survey_pk).first() if survey_pk.isdecimal() else None)


class OutingViewSet(ListedSnippetViewSet):
    """Outings of all surveys, next ones last."""

    model = Outing
    icon = "pin"
    index_view_class = OutingIndexView
    add_view_class = OutingCreateView
    menu_label = _("Outings")
    menu_hook = GROUND_MENU_HOOK
    menu_order = 50
    url_prefix = "sorties"  # type: ignore[assignment]
    copy_view_enabled = False
    list_display: ClassVar = [
        "__str__",
        "survey",
        DateColumn("starts_at", label=_("Starts at"), sort_key="starts_at"),
        "people_asked",
        "refusals",
        BooleanColumn("is_closed", label=capfirst(pgettext_lazy("outing", "closed")), sort_key="is_closed"),
    ]
    filterset_class = OutingFilterSet
    edit_handler = ObjectList(
        [
            FieldPanel("survey"),
            FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
            FieldPanel("place"),
            FieldPanel("meeting_point"),
            FieldPanel("volunteers_wanted"),
            FieldRowPanel([FieldPanel("people_asked"), FieldPanel("refusals")]),
            FieldPanel("is_closed"),
        ]
    )
