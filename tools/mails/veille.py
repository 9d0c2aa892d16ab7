"""Acts of the watch: mails to residents about the examples that they suggested."""

from accounts.models import User
from tools.mails.stage import Stage
from veille.models import ReadingItem, VeilleEntryPage
from veille.services.suggestions import notify_published, notify_set_aside


def suggestion_published(stage: Stage) -> str:
    """Publishes the example made from a suggestion."""
    item, user = _suggestion(stage)
    entry = VeilleEntryPage.objects.published()[0]
    ReadingItem.objects.filter(pk=item.pk).update(entry=entry, state=ReadingItem.State.ENTRY)
    notify_published(entry, now=stage.now)
    return user.email


def suggestion_set_aside(stage: Stage) -> str:
    """Rejects a suggestion with a reason."""
    item, user = _suggestion(stage)
    item.reason = ReadingItem.Reason.KNOWN
    notify_set_aside(item, now=stage.now)
    return user.email


def _suggestion(stage: Stage) -> tuple[ReadingItem, User]:
    user = stage.user("habitante")
    return ReadingItem.objects.suggestions().waiting().filter(suggested_by=user)[0], user
