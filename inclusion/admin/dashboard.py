"""Dashboard panel of the places of help: reports of readers, and places not confirmed for a year."""

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_lazy, ngettext

from cms.admin.dashboard import DashboardPanel, first_rows, snippet_url
from common.waiting import Link, Task, TaskList
from inclusion.models import Place, PlaceReport
from inclusion.permissions import can_answer_reports

if TYPE_CHECKING:
    from accounts.models import User


class PlacesPanel(DashboardPanel):
    """Unanswered reports, oldest first, and the number of places to check."""

    name = "lieux-d-aide"
    order = 57
    heading = gettext_lazy("Places of help")
    icon = "help"
    team = gettext_lazy("Editors")
    guide = "redaction"

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return can_answer_reports(user)

    def work(self) -> TaskList:
        reports = first_rows(PlaceReport.objects.waiting().select_related("place"), self.limit)
        tasks = [
            Task(title=str(report.place), url=snippet_url(PlaceReport, "edit", report.pk), note=report.text[:120])
            for report in reports.rows
        ]
        to_check = Place.objects.to_check(timezone.localdate(self.now)).order_by("name", "pk")
        unsure = first_rows(to_check, self.limit)
        if not unsure.count:
            return TaskList(tasks=tasks, count=reports.count, label=ngettext("report", "reports", reports.count))
        place_label = ngettext("%(count)d place to check", "%(count)d places to check", unsure.count)
        report_label = ngettext("%(count)d report", "%(count)d reports", reports.count)
        facts = [f"{report_label % {'count': reports.count}} · {place_label % {'count': unsure.count}}"]
        note = gettext("nobody has confirmed it for a year")
        tasks += [Task(title=str(place), url=snippet_url(Place, "edit", place.pk), note=note) for place in unsure.rows]
        url = f"{snippet_url(Place, 'list')}?{urlencode({'todo': 'check'})}"
        links = [Link(gettext("Check the places"), url)]
        return TaskList(tasks=tasks[: self.limit], count=reports.count + unsure.count, facts=facts, links=links)
