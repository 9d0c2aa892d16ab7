"""Dashboard panel of the report of the year that is over."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext

from cms.admin.dashboard import DashboardPanel, snippet_url
from common.waiting import Task, TaskList
from indicators.models import Restitution
from indicators.permissions import can_prepare_restitution
from indicators.restitution.queries.steps import year_to_report

if TYPE_CHECKING:
    from accounts.models import User


class ReportOfYearPanel(DashboardPanel):
    """The report of last year, from its end until it is published, if the committee met in that year."""

    name = "bilan"
    order = 37
    heading = gettext_lazy("Report of the year")
    icon = "doc-full"
    team = gettext_lazy("Secretariat")
    guide = "secretariat"
    is_handed_over = True

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return can_prepare_restitution(user)

    def work(self) -> TaskList:
        year = year_to_report(timezone.localdate(self.now))
        if year is None:
            return TaskList()
        report = Restitution.objects.filter(year=year).first()
        if report is None:
            url, note = reverse("wagtailsnippets_indicators_restitution:add"), gettext("not begun")
        elif report.built_at is None:
            url, note = snippet_url(Restitution, "build", report.pk), gettext("its figures are to be measured")
        else:
            url, note = report.get_absolute_url(), gettext("to read again and to publish")
        task = Task(title=gettext("Publish the report of %(year)d") % {"year": year}, url=url, note=note)
        return TaskList(tasks=[task], label=ngettext("report of a year", "reports of a year", 1))
