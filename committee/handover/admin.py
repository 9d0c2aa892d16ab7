"""Confirmation view in which an administrator gives the rights of an office to an account."""

from typing import Any, cast

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages

from accounts.models import User
from cms.admin.dashboard import snippet_url
from committee.errors import OfficeRightsRefused
from committee.handover.queries import office_group
from committee.handover.services import give_office_rights
from committee.models import Mandate, Member
from committee.models.office_rights import NOTICE, OFFICE_GROUP
from committee.permissions import COORDINATION, can_give_office_rights
from common.admin import PermissionView, TitleInBreadcrumb


class OfficeRightsView(TitleInBreadcrumb, PermissionView, TemplateView):
    """Confirmation: names the person, the office and the rights; then adds the account to the group."""

    page_title = _("Give the rights of an office")
    header_icon = "key"
    template_name = "committee/admin/office_rights.html"
    is_allowed = staticmethod(can_give_office_rights)

    def above(self) -> list[dict[str, Any]]:
        return [{"url": snippet_url(Member, "list"), "label": gettext("Members")}]

    @cached_property
    def member(self) -> Member:
        return get_object_or_404(Member.objects.select_related("user"), user=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        group = office_group()
        held = Mandate.objects.current(timezone.localdate()).filter(member=self.member, role__in=COORDINATION)
        kinds = ContentType.objects.filter(permission__group=group).distinct() if group else []
        facts = {
            "member": self.member,
            "mandate": held.first(),
            "group": group,
            "group_name": OFFICE_GROUP,
            "kinds": sorted({kind.name for kind in kinds if kind.model_class()}),
            "has_them": group is not None and group.user_set.filter(pk=self.kwargs["pk"]).exists(),
            "days": NOTICE.days,
        }
        return super().get_context_data(**facts, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        member = self.member
        try:
            is_new = give_office_rights(user=cast(User, member.user), by=cast(User, request.user), now=timezone.now())
        except OfficeRightsRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(request.path)
        message = (
            gettext("%(name)s has the rights of the coordination.")
            if is_new
            else gettext(
                "%(name)s had these rights already. They do not end with the office: take them back yourself then."
            )
        )
        messages.success(request, message % {"name": member.name})
        return redirect("wagtailadmin_home")


def office_rights_urls() -> list[URLPattern]:
    """Hook `register_admin_urls`."""
    return [path("droits-de-fonction/<int:pk>/", OfficeRightsView.as_view(), name="office_rights")]
