"""Confirmation view to erase a former member."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from cms.admin.dashboard import snippet_url
from committee.errors import MemberIsActive
from committee.models import Member
from committee.permissions import can_erase_members
from committee.queries.members import decisions_naming
from committee.services.erasure import erase
from common.admin import PermissionView

if TYPE_CHECKING:
    from accounts.models import User


class EraseView(PermissionView, TemplateView):
    """Confirmation page that lists the decisions of the register that name the person; a POST erases the member."""

    page_title = _("Erase a person")
    header_icon = "bin"
    template_name = "committee/admin/erase.html"
    is_allowed = staticmethod(can_erase_members)

    @cached_property
    def person(self) -> Member:
        return get_object_or_404(Member, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.person.name

    def get_context_data(self, **kwargs) -> dict:
        sits = Member.objects.sitting(timezone.localdate()).filter(pk=self.person.pk).exists()
        back_url = snippet_url(Member, "edit", self.person.pk)
        decision_numbers = decisions_naming(self.person)
        context = {"person": self.person, "sits": sits, "back_url": back_url}
        named = {"decisions": decision_numbers, "numbers": ", ".join(map(str, decision_numbers))}
        return super().get_context_data(**context, **named, **kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            erase(member=self.person, actor=cast("User", request.user), now=timezone.now())
        except MemberIsActive as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(snippet_url(Member, "edit", self.person.pk))
        messages.success(request, gettext("The person is forgotten. The history of the seats stays."))
        return HttpResponseRedirect(snippet_url(Member, "list"))
