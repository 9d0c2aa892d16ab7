"""Dashboard panel of e-mails: only what somebody has to look at."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from cms.admin.dashboard import DashboardPanel, Link, Task, Work
from mailing import identity
from mailing.models import Batch, Heartbeat
from mailing.permissions import can_manage_batches

# The tick comes every 30 seconds.
SILENCE = timedelta(minutes=10)


class MailPanel(DashboardPanel):
    """Why no e-mail leaves, and the sendings that wait for a person."""

    name = "envois"
    order = 35
    heading = gettext_lazy("E-mails")
    icon = "mail"
    team = gettext_lazy("Facilitation")
    guide = "animation"

    @classmethod
    def may_see(cls, user: Any) -> bool:
        return can_manage_batches(user)

    def work(self) -> Work:
        register = reverse("lots_modeladmin_index")
        tasks = [
            Task(title=title, url=register, note=note, is_late=True)
            for title, note in (*self._copy(), *self._silence())
        ]
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
        return Work(tasks=tasks, links=[Link(gettext("All sendings"), register)])

    def _copy(self) -> list[tuple[str, str]]:
        name = identity.stored()
        if name in ("", settings.MAIL_IDENTITY):
            return []
        note = gettext("These data belong to another site (%(name)s). On a copy for tests, that is right.")
        return [(gettext("No e-mail leaves from here"), note % {"name": name})]

    def _silence(self) -> list[tuple[str, str]]:
        last = Heartbeat.objects.filter(name="tick").values_list("at", flat=True).first()
        if last is None or self.now - last < SILENCE:
            return []
        return [
            (gettext("E-mails are late"), gettext("The site's clock is stopped. Tell the person who looks after it."))
        ]
