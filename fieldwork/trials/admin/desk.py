"""Entry of trials from paper sheets: one page per sheet, prefilled with the values common to a pile of sheets."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import FormView

from accounts.models import User
from common.admin import AgentView, AgentViewSet
from common.errors import Refusal
from common.hooks import DESK_MENU_HOOK
from common.origins import Origin
from fieldwork import permissions
from fieldwork.models import CampaignPage
from fieldwork.trials.admin.desk_forms import FindingEntryFormSet, TrialEntryForm
from fieldwork.trials.services.reports import enter_trial


class EnterTrialView(AgentView, FormView):
    """Entry of one trial. A refusal of the service is a form error and keeps the input."""

    may = staticmethod(permissions.can_enter_trials)
    page_title = _("Enter a trial for somebody")
    template_name = "fieldwork/admin/desk_enter.html"
    form_class = TrialEntryForm

    @cached_property
    def campaigns(self) -> list[CampaignPage]:
        return list(permissions.enterable_campaigns(timezone.localdate()))

    @cached_property
    def findings(self) -> Any:
        return FindingEntryFormSet(self.request.POST or None, prefix="constats")

    def get_initial(self) -> dict[str, Any]:
        """Returns the values of the previous sheet, from the query string."""
        given = self.request.GET
        try:
            tried_on = parse_date(given.get("tried_on", ""))
        except ValueError:
            tried_on = None
        return {
            "scenario": given.get("scenario"),
            "tried_on": tried_on or timezone.localdate(),
            "origin": given.get("origin", Origin.PAPER),
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"campaigns": self.campaigns}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(campaigns=self.campaigns, findings=self.findings, **kwargs)

    def form_valid(self, form: TrialEntryForm) -> HttpResponse:
        if not self.findings.is_valid():
            return self.form_invalid(form)
        given = form.cleaned_data
        found = [one.found for one in self.findings if one.found]
        try:
            trial = enter_trial(
                agent=cast(User, self.request.user),
                scenario=given["scenario"],
                tried=form.tried,
                found=found,
                origin=given["origin"],
                tried_on=given["tried_on"],
                key=given["key"],
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        said = ngettext(
            "Trial %(trial)s is recorded, with %(count)d finding. Here is the next sheet.",
            "Trial %(trial)s is recorded, with %(count)d findings. Here is the next sheet.",
            len(found),
        )
        messages.success(self.request, said % {"trial": trial, "count": len(found)})
        return redirect(reverse("desk_trial:enter", query=form.where))

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class TrialDeskViewSet(AgentViewSet):
    name = "desk_trial"
    icon = "clipboard-list"
    menu_label = _("A trial")
    menu_hook = DESK_MENU_HOOK
    menu_order = 40
    url_prefix = "saisir-un-essai"  # type: ignore[assignment]
    may = staticmethod(permissions.can_enter_trials)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", EnterTrialView.as_view(), name="enter")]
