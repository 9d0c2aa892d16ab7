"""Entry of trials from paper sheets: one page per sheet, prefilled with the values common to a pile of sheets."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.desk import EntryFormView, EntryViewSet
from common.origins import Origin
from fieldwork import permissions
from fieldwork.models import CampaignPage
from fieldwork.trials.admin.desk_forms import FindingEntryFormSet, TrialEntryForm
from fieldwork.trials.services.reports import enter_trial


class EnterTrialView(EntryFormView):
    """Entry of one trial, with its findings."""

    is_allowed = staticmethod(permissions.can_enter_trials)
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
        query = self.request.GET
        try:
            tried_on = parse_date(query.get("tried_on", ""))
        except ValueError:
            tried_on = None
        return {
            "scenario": query.get("scenario"),
            "tried_on": tried_on or timezone.localdate(),
            "origin": query.get("origin", Origin.PAPER),
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"campaigns": self.campaigns}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(campaigns=self.campaigns, formset=self.findings, **kwargs)

    def submit(self, form: TrialEntryForm) -> HttpResponse:
        if not self.findings.is_valid():
            return self.form_invalid(form)
        data = form.cleaned_data
        findings = [row.finding_input for row in self.findings if row.finding_input]
        trial = enter_trial(
            agent=self.agent,
            scenario=data["scenario"],
            tried=form.tried,
            findings=findings,
            origin=data["origin"],
            tried_on=data["tried_on"],
            key=data["key"],
            now=timezone.now(),
        )
        message = ngettext(
            "Trial %(trial)s is recorded, with %(count)d finding. Here is the next sheet.",
            "Trial %(trial)s is recorded, with %(count)d findings. Here is the next sheet.",
            len(findings),
        )
        messages.success(self.request, message % {"trial": trial, "count": len(findings)})
        return redirect(reverse("desk_trial:enter", query=form.next_sheet_query))


class TrialDeskViewSet(EntryViewSet):
    name = "desk_trial"
    icon = "clipboard-list"
    menu_label = _("A trial")
    menu_order = 40
    url_prefix = "saisir-un-essai"  # type: ignore[assignment]
    is_allowed = staticmethod(permissions.can_enter_trials)
    view = EnterTrialView
