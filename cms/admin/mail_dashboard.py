"""Dashboard panel of e-mails that need attention."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from cms.admin.dashboard import DashboardPanel
from common.waiting import Link, Task, TaskList
from mailing import identity, restored
from mailing.models import Batch
from mailing.permissions import can_manage_batches
from mailing.ticking import TickState, rhythm


class MailPanel(DashboardPanel):
    """Reasons why no e-mail is sent, and batches that wait for a decision."""

    name = "envois"
    order = 35
    heading = gettext_lazy("E-mails")
    icon = "mail"
    team = gettext_lazy("Facilitation")
    guide = "animation"

    @classmethod
    def can_see(cls, user: Any) -> bool:
        return can_manage_batches(user)

    def work(self) -> TaskList:
        register = reverse("lots_modeladmin_index")
        tasks = [*self._copy(register), *self._silence(register), *self._restored()]
        paused = Batch.objects.filter(status=Batch.Status.PAUSED).order_by("created_at")
        tasks += [
            Task(
                title=gettext("The sending of “%(label)s” is paused") % {"label": batch.label},
                url=reverse("lots_modeladmin_inspect", args=[batch.pk]),
                note=batch.get_pause_reason_display(),
                is_late=batch.resume_at is None,
            )
            for batch in paused
        ]
        return TaskList(tasks=tasks, links=[Link(gettext("All sendings"), register)])

    def _copy(self, url: str) -> list[Task]:
        name = identity.stored()
        if name in ("", settings.MAIL_IDENTITY):
            return []
        note = gettext("These data belong to another site (%(name)s). On a copy for tests, that is right.")
        title = gettext("No e-mail leaves from here")
        return [Task(title=title, url=url, note=note % {"name": name}, is_late=True)]

    def _restored(self) -> list[Task]:
        if restored.restored_from() is None and not restored.held().exists():
            return []
        title = gettext("The site was restored: e-mails are held")
        note = gettext("Some may have left already. Say which ones leave.")
        return [Task(title=title, url=reverse("mailing_batches:restored"), note=note, is_late=True)]

    def _silence(self, url: str) -> list[Task]:
        """Returns the task to start the clock again; it is not late if the clock never rang, as on a new site."""
        instruction = gettext("Tell the person who looks after the site.")
        sentences = {
            TickState.LATE: (gettext("E-mails are late"), gettext("The site's clock is stopped.")),
            TickState.NEVER: (gettext("No e-mail leaves"), gettext("The site's clock was never started.")),
            TickState.IN_THE_FUTURE: (
                gettext("E-mails may be late"),
                gettext("The clock of the machine was put back: nobody knows when it last rang."),
            ),
        }
        state = rhythm(now=self.now)
        if state not in sentences:
            return []
        title, reason = sentences[state]
        return [Task(title=title, url=url, note=f"{reason} {instruction}", is_late=state != TickState.NEVER)]
