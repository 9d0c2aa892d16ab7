"""What the site takes from its files, shown to those who configure it: public holidays, the city, the kinds of e-mails.

Nothing is changed here: the file of the city does (docs/another-city.md), or the code.
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
from mailing.models import Message
from mailing.notifications import kinds
from mailing.permissions import can_view_batches


class Holiday(NamedTuple):
    """A public holiday; `is_of_region` where the rest of France works on that day."""

    day: date
    name: str
    is_of_region: bool


class MailKind(NamedTuple):
    """A kind of e-mail, how many of it are in the register, and where these are read."""

    name: str
    number: int
    url: str


def holidays_from(year: int) -> list[Holiday]:
    """Returns the public holidays of `year` and of the year after, in their order."""
    return [
        Holiday(day, name, day not in holidays_of(one, in_region=False))
        for one in (year, year + 1)
        for day, name in sorted(holidays_of(one).items())
    ]


def mail_kinds(person: Any) -> list[MailKind]:
    """Returns every kind of e-mail by its name. Who may not read the register gets no address of it. One query."""
    counted = dict(Message.objects.order_by().values_list("kind").annotate(Count("pk")))
    register = reverse("envois_modeladmin_index") if can_view_batches(person) else ""
    found = [
        MailKind(
            capfirst(str(one.verbose_name)),
            counted.get(kind, 0),
            f"{register}?kind={kind}" if register and kind in counted else "",
        )
        for kind, one in kinds().items()
    ]
    return sorted(found)


class FixedFactsView(TitleInBreadcrumb, PermissionView, TemplateView):
    may = staticmethod(can_configure_site)
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
    """The item of the settings « Jours fériés, ville et e-mails »."""

    name = "fixed_facts"
    icon = "calendar-alt"
    menu_label = _("Holidays, city and e-mails")
    menu_order = 610
    url_prefix = "jours-feries-ville-et-e-mails"  # type: ignore[assignment]
    add_to_settings_menu = True
    may = staticmethod(can_configure_site)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", FixedFactsView.as_view(), name="index")]
