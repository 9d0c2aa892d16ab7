"""Settings page of facts that are not editable in the admin: public holidays, city, kinds of e-mails.

They are changed in the city file (docs/another-city.md), or in the code.
"""

from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from cms.permissions import can_configure_site
from common.admin import PermissionView, PermissionViewSet, TitleInBreadcrumb
from common.city import CITY
from common.holidays import holidays_of
from mailing.descriptions import Description, describe
from mailing.models import Message
from mailing.notifications import kinds
from mailing.permissions import can_view_batches


class Holiday(NamedTuple):
    """Public holiday; `is_of_region` if it is not one in the rest of France."""

    day: date
    name: str
    is_of_region: bool


class MailKind(NamedTuple):
    """Kind of e-mail, with the number of messages in the register, a link to them, and what the mail contains."""

    name: str
    number: int
    url: str
    contents: Description


def holidays_from(year: int) -> list[Holiday]:
    """Returns the public holidays of `year` and the following year, in order."""
    return [
        Holiday(day, name, day not in holidays_of(holiday_year, in_region=False))
        for holiday_year in (year, year + 1)
        for day, name in sorted(holidays_of(holiday_year).items())
    ]


def mail_kinds(user: Any) -> list[MailKind]:
    """Returns every kind of e-mail by name; without links for users who may not read the register. One query."""
    counted = dict(Message.objects.order_by().values_list("kind").annotate(Count("pk")))
    register = reverse("envois_modeladmin_index") if can_view_batches(user) else ""
    rows = [
        MailKind(
            capfirst(str(notification.verbose_name)),
            counted.get(kind, 0),
            f"{register}?kind={kind}" if register and kind in counted else "",
            describe(notification),
        )
        for kind, notification in kinds().items()
    ]
    return sorted(rows)


class FixedFactsView(TitleInBreadcrumb, PermissionView, TemplateView):
    is_allowed = staticmethod(can_configure_site)
    page_title = _("Holidays, city and e-mails")
    header_icon = "calendar-alt"
    template_name = "cms/admin/fixed_facts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            holidays=holidays_from(timezone.localdate().year),
            city=CITY,
            time_zone=settings.TIME_ZONE,
            mails=mail_kinds(self.request.user),
            **kwargs,
        )


class FixedFactsViewSet(PermissionViewSet):
    """Settings menu item « Jours fériés, ville et e-mails »."""

    name = "fixed_facts"
    icon = "calendar-alt"
    menu_label = _("Holidays, city and e-mails")
    menu_order = 610
    url_prefix = "jours-feries-ville-et-e-mails"  # type: ignore[assignment]
    add_to_settings_menu = True
    is_allowed = staticmethod(can_configure_site)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", FixedFactsView.as_view(), name="index")]
