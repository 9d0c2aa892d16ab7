"""Release or cancellation of the mails held since a restore (`mailing.restored`), as the page showed them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max, QuerySet
from django.db.models.fields.json import KT
from django.utils.translation import ngettext
from wagtail.log_actions import log

from common.shown import Contents, Shown, fingerprint, require_shown
from common.templatetags.dates import hour, short_day
from mailing.doorbell import ring_on_commit
from mailing.models import Identity, Message, MessageQuerySet
from mailing.notifications import name_of_kind
from mailing.restored import held

State = Message.State


def contents_of(messages: QuerySet[Message]) -> Contents:
    """Returns the held `messages` by kind: each subject with its number of recipients and the time of planning."""
    subjects = (
        messages.values("kind", subject=KT("payload__subject"), label=F("batch__label"))
        .annotate(count=Count("pk"), last=Max("created_at"))
        .order_by("kind", "last", "subject", "label")
    )
    lines: dict[str, list[str]] = defaultdict(list)
    for row in subjects:
        name = name_of_kind(row["kind"])
        line = ngettext(
            "%(subject)s: %(count)d e-mail, planned on %(day)s at %(hour)s",
            "%(subject)s: %(count)d e-mails, planned on %(day)s at %(hour)s",
            row["count"],
        ) % {
            "subject": row["subject"] or row["label"] or name,
            "count": row["count"],
            "day": short_day(row["last"]),
            "hour": hour(row["last"]),
        }
        lines[name].append(line)
    return {name: "\n".join(of_kind) for name, of_kind in lines.items()}


@transaction.atomic
def release(*, kinds: Collection[str], shown: Shown, now: datetime, actor: Any, reason: str) -> int:
    """Releases the held mails of `kinds` that have not expired; returns their number. Logs actor and reason.

    Raises `ChangedMeanwhile` unless `shown` is the fingerprint of `contents_of` all held mails.
    """
    messages = _locked(kinds, shown).filter(expires_at__gt=now)
    count = messages.move(source=State.RESTORED, to=State.PENDING, next_attempt_at=now, last_error="")
    _note("mailing.release", count, actor, reason)
    ring_on_commit()
    return count


@transaction.atomic
def give_up(*, kinds: Collection[str], shown: Shown, actor: Any, reason: str) -> int:
    """Cancels the held mails of `kinds`; returns their number. Logs actor and reason. Raises `ChangedMeanwhile`."""
    messages = _locked(kinds, shown)
    count = messages.move(source=State.RESTORED, to=State.CANCELLED, last_error="given up after a restore")
    _note("mailing.give_up", count, actor, reason)
    return count


@transaction.atomic
def end_hold(*, actor: Any, reason: str) -> None:
    """Ends the hold on mails planned by the site. Idempotent."""
    if Identity.objects.filter(pk=1, restored_from__isnull=False).update(restored_from=None):
        _note("mailing.end_hold", 0, actor, reason)


def _locked(kinds: Collection[str], shown: Shown) -> MessageQuerySet:
    """Locks the held mails and returns those of `kinds`, without any that is held from now on."""
    locked = Message.objects.filter(pk__in=list(held().select_for_update().order_by("pk").values_list("pk", flat=True)))
    require_shown(shown, Identity(pk=1), fingerprint(contents_of(locked)))
    return locked.filter(kind__in=kinds)


def _note(action: str, count: int, actor: Any, reason: str) -> None:
    if identity := Identity.objects.filter(pk=1).first():
        log(identity, action, user=actor, data={"reason": reason, "count": count})
