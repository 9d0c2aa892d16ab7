"""Panel of the dashboard about late deliverables."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext

from cms.admin.dashboard import DashboardPanel, Task, Work
from committee.models import Deliverable
from committee.permissions import can_edit_topics

if TYPE_CHECKING:
    from accounts.models import User


class LateDeliverablesPanel(DashboardPanel):
    """Deliverables whose day is past."""

    name = "livrables-en-retard"
    order = 34
    heading = gettext_lazy("Late deliverables")
    icon = "time"
    team = gettext_lazy("Secretariat")
    guide = "secretariat"

    @classmethod
    def may_see(cls, user: "User") -> bool:
        return can_edit_topics(user)

    def work(self) -> Work:
        tasks = []
        for row in Deliverable.objects.late(timezone.localdate(self.now)):
            changed = gettext("Changes wait to be published.") if row.topic.has_unpublished_changes else ""
            note = " · ".join(filter(None, [row.topic.title, row.owner, changed]))
            url = reverse("wagtailadmin_pages:edit", args=[row.topic_id])
            tasks.append(Task(title=row.title, url=url, note=note, due_on=row.due_on, is_late=True))
        return Work(tasks=tasks, said=ngettext("deliverable", "deliverables", len(tasks)))
