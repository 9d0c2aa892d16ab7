"""Dashboard panel about the work programme: the next one, a ballot that is over, overdue deliverables."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from cms.admin.dashboard import DashboardPanel, snippet_url
from committee.models import Deliverable, WorkProgramme
from committee.permissions import can_edit_topics
from committee.programme.queries import programme_to_prepare
from committee.programme.services import adoption_refusal, ballot_refusal
from common.waiting import Task, TaskList

if TYPE_CHECKING:
    from accounts.models import User


class ProgrammePanel(DashboardPanel):
    """The next programme to prepare, the last one whose ballot is over, and overdue deliverables."""

    name = "programme"
    order = 34
    heading = gettext_lazy("Work programme")
    icon = "time"
    team = gettext_lazy("Secretariat")
    guide = "secretariat"
    is_handed_over = True

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return can_edit_topics(user)

    def work(self) -> TaskList:
        today = timezone.localdate(self.now)
        # The programme of an earlier year is not adopted any more.
        over = WorkProgramme.objects.to_adopt(self.now).select_related("poll").last()
        tasks = [self._after_ballot(over)] if over else []
        if next_one := programme_to_prepare(today):
            tasks.append(self._before_ballot(*next_one))
        for row in Deliverable.objects.late(today):
            changed = gettext("Changes wait to be published.") if row.topic.has_unpublished_changes else ""
            note = " · ".join(filter(None, [row.topic.title, row.owner, changed]))
            url = reverse("wagtailadmin_pages:edit", args=[row.topic_id])
            tasks.append(Task(title=row.title, url=url, note=note, due_on=row.due_on, is_late=True))
        return TaskList(tasks=tasks)

    def _before_ballot(self, programme: WorkProgramme, former: WorkProgramme) -> Task:
        """Returns the task to begin `programme`, or to open its ballot."""
        if programme.pk:
            title, url = (
                gettext("Open the ballot for the programme %(year)d"),
                snippet_url(WorkProgramme, "open_ballot", programme.pk),
            )
        else:
            title, url = gettext("Prepare the programme %(year)d"), snippet_url(WorkProgramme, "add")
        note = gettext("Until it is adopted, the site shows the priorities of %(year)d.") % {"year": former.year}
        return Task(title % {"year": programme.year}, url, note=note)

    def _after_ballot(self, programme: WorkProgramme) -> Task:
        """Returns the task to adopt `programme`, or to open another ballot if this one decides nothing."""
        if refusal := ballot_refusal(programme, self.now):
            title, name = gettext("Open another ballot for the programme %(year)d"), "open_ballot"
        else:
            title, name, refusal = (
                gettext("Adopt the programme %(year)d"),
                "adopt",
                adoption_refusal(programme, self.now),
            )
        url = snippet_url(WorkProgramme, name, programme.pk)
        return Task(title % {"year": programme.year}, url, note=str(refusal or ""))
