"""View set of the indicators, with their steps: adopt, add a value, abandon."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import localize
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import CreateView, IndexView

from cms.admin.dashboard import snippet_url
from cms.admin.steps import StepView
from committee.models import SessionPage
from common.action_forms import ActionFormView
from common.admin import ListedSnippetViewSet, SnippetEditView, Step, StepsAfterSaving, StepsInRows
from common.choosers import FilteredChooserViewSet
from common.errors import Refusal
from common.hooks import COMMITTEE_MENU_HOOK
from common.shown import ActsAsShown, ChangedMeanwhile, Contents, fingerprint
from common.templatetags.dates import short_day
from indicators import permissions
from indicators.defined.forms import AdoptionForm, CorrectionForm, IndicatorForm, LeaveForm, MeasurementForm
from indicators.defined.queries.values import number_words, too_small_words, value_words
from indicators.defined.services import add_measurement, adopt, contents_of, leave
from indicators.hooks import Period
from indicators.models import Indicator, Measurement


class IndicatorStepView(StepView, ActionFormView):
    """Base view of the steps: an explanation, a form, one button."""

    template_name = "indicators/admin/form_step.html"
    header_icon = "table"
    model = Indicator
    is_allowed = staticmethod(permissions.can_define_indicators)
    explanation: Any = ""

    def act(self, form: Any) -> str:
        """Performs the step and returns the success message. Raises a `Refusal`."""
        raise NotImplementedError

    def submit(self, form: BaseForm) -> HttpResponse:
        messages.success(self.request, self.act(form))
        return redirect(self.get_success_url())

    def get_success_url(self) -> str:
        return self.edit_url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(explanation=self.explanation, **kwargs)


class FinalStepView(ActsAsShown, IndicatorStepView):
    """Step that writes immutable data: a second page shows them, and the indicator under which they are written."""

    def get_contents(self) -> Contents:
        return contents_of(self.object)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "modify" in request.POST:
            return self.render_to_response(self.get_context_data(form=self.get_form()))
        return super().post(request, *args, **kwargs)

    def submit(self, form: BaseForm) -> HttpResponse:
        if self.request.POST.get("seen") != fingerprint(written(form)):
            return self.confirm(form)
        return super().submit(form)

    def refuse(self, form: Any, refusal: Refusal) -> HttpResponse:
        if isinstance(refusal, ChangedMeanwhile):
            messages.warning(self.request, str(refusal))
            return self.confirm(form, status=409)
        return super().refuse(form, refusal)

    def confirm(self, form: BaseForm, status: int = 200) -> HttpResponse:
        lines = written(form)
        context = self.get_context_data(form=form, lines=lines, seen=fingerprint(lines))
        return TemplateResponse(self.request, "indicators/admin/confirm_step.html", context, status=status)


def written(form: Any) -> list[tuple[str, str]]:
    """Returns (label, stored value in words) for each field of a model form."""
    return [(str(field.label), _words(form, field.name)) for field in form.visible_fields()]


def _words(form: Any, name: str) -> str:
    value = getattr(form.instance, name)
    if name == "period":
        return Period.named(value).words
    if display := getattr(form.instance, f"get_{name}_display", None):
        return str(display())
    if isinstance(value, date):
        return short_day(value)
    if isinstance(value, SessionPage):
        return str(form.fields[name].label_from_instance(value))
    return "–" if value in (None, "") else str(localize(value))


class AdoptView(FinalStepView):
    page_title = _("Note the adoption")
    form_class = AdoptionForm
    explanation = _(
        "Write what the session adopted, word for word. It does not change any more: another session adopts a change,"
        " and readers see both."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"indicator": self.object}

    def act(self, form: AdoptionForm) -> str:
        adopt(
            indicator=self.object,
            session=form.cleaned_data["session"],
            terms=form.terms,
            reason=form.cleaned_data.get("reason", ""),
            shown=self.confirmation.shown,
            now=timezone.now(),
            by=self.request.user,  # type: ignore[arg-type]
        )
        return gettext("The adoption is noted: the indicator is one of the committee.")


class LeaveView(IndicatorStepView):
    page_title = _("Leave the indicator")
    form_class = LeaveForm

    def act(self, form: LeaveForm) -> str:
        by: Any = self.request.user
        leave(indicator=self.object, reason=form.cleaned_data["reason"], now=timezone.now(), by=by)
        return gettext("The indicator is left. Its values stay on the site, with the reason.")


class ValueView(FinalStepView):
    page_title = _("Add a value")
    form_class: type[MeasurementForm] = MeasurementForm
    is_allowed = staticmethod(permissions.can_add_measurements)
    explanation = _("A value is never changed or removed afterwards. It can be corrected: both stay, with the reason.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"indicator": self.object}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if current := self.current():
            kwargs["correct_url"] = snippet_url(Indicator, "correct", current.pk)
            kwargs["current_words"] = value_words(self.object, current)
        return super().get_context_data(**kwargs)

    def current(self) -> Measurement | None:
        """Returns the existing value of the form's period, which must be corrected instead; None if there is none."""
        return Measurement.objects.current_of(self.object, self.request.POST.get("period", ""))

    def act(self, form: MeasurementForm) -> str:
        by: Any = self.request.user
        measurement = add_measurement(measurement=form.save(commit=False), by=by, shown=self.confirmation.shown)
        if measurement.is_too_small:
            message = gettext("Fewer than %(least)d answers: the site says so, and the value is not kept.")
            return message % {"least": self.object.smallest_base}
        return gettext("The value is on the site.")

    def get_success_url(self) -> str:
        return self.object.get_absolute_url()


class CorrectView(ValueView):
    page_title = _("Correct a value")
    form_class = CorrectionForm

    @cached_property
    def replaces(self) -> Measurement:
        return get_object_or_404(Measurement.objects.select_related("indicator"), pk=self.kwargs["value"])

    @cached_property
    def object(self) -> Indicator:
        return self.replaces.indicator

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Redirects from a corrected value to the newer one."""
        if current := self.current():
            messages.warning(request, gettext("This value was corrected meanwhile. Here is the newer one."))
            return redirect(snippet_url(Indicator, "correct", current.pk))
        return super().get(request, *args, **kwargs)

    def current(self) -> Measurement | None:
        measurement = Measurement.objects.current_of(self.object, self.replaces.period)
        return None if measurement == self.replaces else measurement

    def get_page_subtitle(self) -> str:
        return str(self.replaces)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs() | {"replaces": self.replaces}
        return {name: value for name, value in kwargs.items() if name != "indicator"}


def steps_of(indicator: Indicator) -> list[Step]:
    """Returns the actions possible on `indicator`, next step first."""
    read = (gettext("See the page"), indicator.get_absolute_url())
    adoption = snippet_url(Indicator, "adopt", indicator.pk)
    leaving = (gettext("Leave…"), snippet_url(Indicator, "leave", indicator.pk))
    if indicator.is_adopted:
        value = (gettext("Add a value…"), snippet_url(Indicator, "value", indicator.pk))
        return [value, read, (gettext("Adopt a change…"), adoption), leaving]
    if indicator.state == Indicator.State.PROPOSED:
        return [(gettext("Note the adoption…"), adoption), read, leaving]
    return [read, (gettext("Adopt it again…"), adoption)]


class IndicatorChooserViewSet(FilteredChooserViewSet):
    """Chooser of an adopted indicator; all of them are public."""

    choose_one_text = _("Choose an indicator")
    choose_another_text = _("Choose another indicator")
    search_fields: ClassVar = ["title"]

    def choosable(self, user: Any) -> QuerySet[Indicator]:
        latest = Measurement.objects.current().filter(indicator=OuterRef("pk")).latest_first()
        return (
            Indicator.objects.adopted()
            .annotate(
                last_period=Subquery(latest.values("period")[:1]), last_value=Subquery(latest.values("value")[:1])
            )
            .order_by("title")
        )

    def extra_columns(self, user: Any) -> Sequence[Column]:
        return [Column("last_value", label=_("Last value"), accessor=_last_value)]


def _last_value(indicator: Any) -> str:
    """Returns the last value of an indicator of the chooser, as in a key figure, or why there is none."""
    if indicator.last_period is None:
        return gettext("no value yet")
    if indicator.last_value is None:
        return too_small_words(indicator)
    return number_words(indicator.last_value, indicator.unit)


class IndicatorIndexView(StepsInRows, IndexView):
    steps_of = staticmethod(steps_of)

    def get_delete_url(self, instance: Indicator) -> str | None:  # type: ignore[override]
        """Returns None for an indicator that was adopted: it is kept, with its values."""
        return None if instance.adopted_at else super().get_delete_url(instance)


class IndicatorCreateView(StepsAfterSaving, CreateView):
    steps_of = staticmethod(steps_of)


class IndicatorEditView(StepsAfterSaving, SnippetEditView):
    steps_of = staticmethod(steps_of)

    @cached_property
    def can_delete(self) -> bool:
        return super().can_delete and not self.object.adopted_at


class IndicatorViewSet(ListedSnippetViewSet):
    """Indicators: proposed, adopted and abandoned."""

    model = Indicator
    icon = "table"
    menu_label = _("Indicators")
    menu_hook = COMMITTEE_MENU_HOOK
    menu_order = 80
    url_prefix = "indicateurs"  # type: ignore[assignment]
    index_view_class = IndicatorIndexView
    add_view_class = IndicatorCreateView
    edit_view_class = IndicatorEditView
    copy_view_enabled = False
    chooser_viewset_class = IndicatorChooserViewSet
    list_display: ClassVar = ["title", Column("state_label", label=_("State")), "adopted_at"]
    list_filter: ClassVar = ["state", "frequency"]
    search_backend_name = None
    search_fields: ClassVar = ["title", "question"]
    list_per_page = 50
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("question"),
            FieldPanel("definition"),
            FieldRowPanel([FieldPanel("unit"), FieldPanel("better")]),
            FieldRowPanel([FieldPanel("frequency"), FieldPanel("smallest_base")]),
            MultiFieldPanel([FieldPanel("measure"), FieldPanel("source_name"), FieldPanel("source_url")], _("Source")),
            FieldPanel("method"),
            FieldRowPanel([FieldPanel("baseline"), FieldPanel("baseline_on")]),
            FieldRowPanel([FieldPanel("target"), FieldPanel("target_on")]),
            FieldRowPanel([FieldPanel("topic"), FieldPanel("grain")]),
        ],
        base_form_class=IndicatorForm,
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("adoption/<int:pk>/", AdoptView.as_view(), name="adopt"),
            path("abandon/<int:pk>/", LeaveView.as_view(), name="leave"),
            path("valeur/<int:pk>/", ValueView.as_view(), name="value"),
            path("correction/<int:value>/", CorrectView.as_view(), name="correct"),
        ]
