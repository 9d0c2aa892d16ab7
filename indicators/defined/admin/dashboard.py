"""Dashboard panel of the indicators with a late value."""

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext

from cms.admin.dashboard import DashboardPanel, snippet_url
from common.waiting import Task, TaskList
from indicators.defined.queries.series import due_day, late_indicators
from indicators.models import Indicator
from indicators.permissions import can_add_measurements

if TYPE_CHECKING:
    from accounts.models import User


class LateIndicatorsPanel(DashboardPanel):
    """Adopted indicators without a value 30 days after the end of a period."""

    name = "indicateurs-en-retard"
    order = 35
    heading = gettext_lazy("Indicators without a value")
    icon = "table"
    team = gettext_lazy("Secretariat")
    guide = "secretariat"

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return can_add_measurements(user)

    def work(self) -> TaskList:
        late = late_indicators(timezone.localdate(self.now))
        tasks = [
            Task(
                title=indicator.title,
                url=snippet_url(Indicator, "value", indicator.pk),
                note=gettext("No value for %(periods)s")
                % {"periods": ", ".join(period.words for period in periods[:3])},
                due_on=due_day(periods[0]),
                is_late=True,
            )
            for indicator, periods in late.items()
        ]
        return TaskList(tasks=tasks, label=ngettext("indicator", "indicators", len(tasks)))
