"""Admin view of the directory: consents given on paper."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.admin.dashboard import snippet_url
from committee.directory.forms import PaperConsentForm
from committee.directory.services import enter_from_paper
from committee.models import Member
from committee.permissions import can_edit_members
from common.action_forms import ActionFormView
from common.admin import PermissionView, TitleInBreadcrumb

if TYPE_CHECKING:
    from accounts.models import User


class PaperConsentView(TitleInBreadcrumb, PermissionView, ActionFormView):
    """Form in which the secretariat enters a consent on paper. It does not show current consents."""

    page_title = _("Agreement on paper")
    header_icon = "doc-full"
    template_name = "committee/admin/paper_consent.html"
    form_class = PaperConsentForm
    refusal_field = "signed_on"
    is_allowed = staticmethod(can_edit_members)

    @cached_property
    def member(self) -> Member:
        return get_object_or_404(Member.objects.select_related("user"), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.member.name

    def above(self) -> list[dict[str, Any]]:
        return [{"url": snippet_url(Member, "list"), "label": gettext("Members")}]

    def get_success_url(self) -> str:
        return snippet_url(Member, "edit", self.member.pk)

    def get_form_kwargs(self) -> dict[str, Any]:
        user = self.member.user
        return super().get_form_kwargs() | {"has_account": user is not None and user.is_active}

    def submit(self, form: PaperConsentForm) -> HttpResponse:
        chosen = form.cleaned_data
        enter_from_paper(
            member=self.member,
            show_email=chosen["show_email"],
            phone=chosen["phone"],
            signed_on=chosen["signed_on"],
            actor=cast("User", self.request.user),
            now=timezone.now(),
        )
        messages.success(self.request, gettext("The agreement is kept, with its day."))
        return redirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(member=self.member, back_url=self.get_success_url(), **kwargs)
