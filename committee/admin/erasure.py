"""Confirmation view to erase a former member."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.admin.dashboard import snippet_url
from cms.admin.steps import StepView
from committee.models import Member
from committee.permissions import can_erase_members
from committee.queries.members import decisions_naming
from committee.services.erasure import contents_of, erase
from common.action_forms import ActionFormView
from common.shown import ActsAsShown, Contents

if TYPE_CHECKING:
    from accounts.models import User


class EraseView(StepView, ActsAsShown, ActionFormView):
    """Confirmation page with the mandates of the person and the decisions of the register that name the person."""

    model = Member
    page_title = _("Erase a person")
    header_icon = "bin"
    template_name = "committee/admin/erase.html"
    is_allowed = staticmethod(can_erase_members)

    def get_contents(self) -> Contents:
        return contents_of(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            person=self.object,
            sits=Member.objects.sitting(timezone.localdate()).filter(pk=self.object.pk).exists(),
            is_in_register=bool(decisions_naming(self.object)),
            back_url=self.edit_url,
            **kwargs,
        )

    def submit(self, form: Form) -> HttpResponse:
        erase(
            member=self.object,
            actor=cast("User", self.request.user),
            shown=self.confirmation.shown,
            now=timezone.now(),
        )
        messages.success(self.request, gettext("The person is forgotten. The history of the seats stays."))
        return redirect(snippet_url(Member, "list"))
