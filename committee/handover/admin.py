"""Confirmation view in which an administrator gives the rights of an office to an account."""

from typing import Any, cast

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from accounts.models import User
from cms.admin.dashboard import snippet_url
from committee.handover.queries import coordination_mandates, has_planned_rights, office_group
from committee.handover.services import contents_of, give_office_rights
from committee.models import Member, OfficeRights
from committee.models.office_rights import OFFICE_GROUP
from committee.permissions import can_give_office_rights
from common.action_forms import ActionFormView
from common.admin import PermissionView, TitleInBreadcrumb
from common.shown import ActsAsShown, Contents
from common.templatetags.dates import short_day


class OfficeRightsView(TitleInBreadcrumb, PermissionView, ActsAsShown, ActionFormView):
    """Confirmation: names the person, the office and the rights; then adds the account to the group."""

    page_title = _("Give the rights of an office")
    header_icon = "key"
    template_name = "committee/admin/office_rights.html"
    is_allowed = staticmethod(can_give_office_rights)

    def above(self) -> list[dict[str, Any]]:
        return [{"url": snippet_url(Member, "list"), "label": gettext("Members")}]

    @cached_property
    def object(self) -> Member:
        return get_object_or_404(Member.objects.select_related("user"), user=self.kwargs["pk"])

    def get_contents(self) -> Contents:
        return contents_of(cast(User, self.object.user), timezone.localdate())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        group, today = office_group(), timezone.localdate()
        mandate = next(iter(coordination_mandates(cast(User, self.object.user), today)), None)
        has_them = group is not None and group.user_set.filter(pk=self.kwargs["pk"]).exists()
        facts = {
            "member": self.object,
            "mandate": mandate,
            "is_to_come": mandate is not None and mandate.starts_on > today,
            "group": group,
            "group_name": OFFICE_GROUP,
            "has_them": has_them or (mandate is not None and has_planned_rights(mandate)),
        }
        return super().get_context_data(**facts, **kwargs)

    def submit(self, form: Form) -> HttpResponse:
        is_new = give_office_rights(
            user=cast(User, self.object.user),
            by=cast(User, self.request.user),
            shown=self.confirmation.shown,
            now=timezone.now(),
        )
        rights = OfficeRights.objects.filter(user=self.object.user).first()
        if not is_new:
            message = gettext("%(name)s had these rights already.")
        elif rights and rights.begins_on:
            message = gettext("%(name)s gets the rights of the coordination on %(day)s.")
        else:
            message = gettext("%(name)s has the rights of the coordination, as long as the office lasts.")
        day = short_day(rights.begins_on) if rights and rights.begins_on else ""
        messages.success(self.request, message % {"name": self.object.name, "day": day})
        return redirect("wagtailadmin_home")


def office_rights_urls() -> list[URLPattern]:
    """Hook `register_admin_urls`."""
    return [path("droits-de-fonction/<int:pk>/", OfficeRightsView.as_view(), name="office_rights")]
