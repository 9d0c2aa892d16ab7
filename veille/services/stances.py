"""Log of the stances of the committee: published, changed, withdrawn."""

from typing import Any

from wagtail.log_actions import log
from wagtail.models import PageLogEntry, Revision

from veille.models import VeilleEntryPage
from veille.models.stances import STANCE


def log_stance(sender: type, instance: VeilleEntryPage, revision: Revision | None = None, **kwargs: Any) -> None:
    """Logs the stance of a published page if it has changed. Receiver of `page_published`."""
    stance = {"stance": instance.stance, "session": instance.stance_session_id}
    latest = PageLogEntry.objects.filter(page=instance.pk, action=STANCE).order_by("-timestamp", "-pk").first()
    before = {name: latest.data.get(name) for name in stance} if latest else {"stance": "", "session": None}
    if stance != before:
        log(instance, STANCE, user=revision.user if revision else None, data=stance, revision=revision)
