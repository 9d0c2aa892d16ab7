"""Admin views of one finding: a new trial by the team."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.action_forms import ActionFormView
from common.admin import PermissionView, TitleInBreadcrumb
from fieldwork import permissions
from fieldwork.models import Finding
from fieldwork.trials.admin.forms import RetestForm
from fieldwork.trials.services.retests import retest


class RetestView(TitleInBreadcrumb, PermissionView, ActionFormView):
    """New trial by the team. The only way to retest a sensitive finding, which has no public page."""

    is_allowed = staticmethod(permissions.can_coordinate_trials)
    page_title = _("Note a new trial")
    header_icon = "rotate"
    template_name = "fieldwork/admin/finding_form.html"
    form_class = RetestForm

    @cached_property
    def finding(self) -> Finding:
        findings = permissions.readable_findings(self.request.user).with_context()
        return get_object_or_404(findings, pk=self.kwargs["pk"])

    def above(self) -> list[dict[str, Any]]:
        return [{"url": self.get_success_url(), "label": str(self.finding)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(finding=self.finding, **kwargs)

    def get_success_url(self) -> str:
        return reverse("findings:inspect", args=[self.finding.pk])

    def submit(self, form: RetestForm) -> HttpResponse:
        retest(finding=self.finding, tester=cast(User, self.request.user), now=timezone.now(), **form.cleaned_data)
        messages.success(self.request, gettext("The new trial is noted."))
        return redirect(self.get_success_url())
