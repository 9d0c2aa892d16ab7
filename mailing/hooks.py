"""Wagtail hooks through which higher apps take part in mailing.

`register_notifications`
    Registers the mails of an app. The hooked function takes nothing and returns subclasses of
    `mailing.notifications.Notification`.

        @hooks.register("register_notifications")
        def mails_of_minutes():
            return [MinutesOpen, CorrectionDecided]

`on_tick`
    Registers a job that runs at each tick (every 30 seconds). The hooked function takes `now` and returns a short
    summary such as "2 planned", or "" when there was nothing to do. It must be cheap when nothing is due, and do no
    harm when it runs twice. A job that raises is logged and does not stop the others.

        @hooks.register("on_tick")
        def plan_digests(now):
            return summary_of(plan_due(now=now))

`slow_jobs`
    Registers work that waits for others, such as reading feeds: a task of its own, so that no mail waits for it. The
    hooked function takes nothing and returns a `SlowJob`. The tick rings for its task while something is due;
    `manage.py tick`, which has no broker, gives it some seconds after the mail.

        @hooks.register("slow_jobs")
        def reading():
            return SlowJob(task="veille.tasks.read", is_due=has_due, work=read_due)

`mail_contact`
    Registers the address that people read: replies go there, and alerts of the outbox. The hooked function takes
    nothing and returns it.

`mail_help`
    Registers what the foot of a mail says of whom to call. The hooked function takes nothing and returns the context
    `phone`, `phone_link` and `phone_hours` of `emails/base.html`.

`mail_institution`
    Registers who runs the site, for the head of a mail. The hooked function takes nothing and returns its name. It is
    asked for each mail, so that it must know the answer.

`mail_unsubscribed`
    Registers who acts when a mail comes to the unsubscribe address of a message. The hooked function takes the
    `Message` and `now`, and must do no harm when it runs twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from wagtail import hooks

if TYPE_CHECKING:
    from mailing.models import Message
    from mailing.notifications import Notification

REGISTER_NOTIFICATIONS = "register_notifications"
ON_TICK = "on_tick"
SLOW_JOBS = "slow_jobs"
MAIL_CONTACT = "mail_contact"
MAIL_HELP = "mail_help"
MAIL_INSTITUTION = "mail_institution"
MAIL_UNSUBSCRIBED = "mail_unsubscribed"


@dataclass(frozen=True)
class SlowJob:
    """Work that waits for others: its Celery task; whether something is due; `work(max_seconds=…)` does it for a while.

    `work` returns what it did, in words for one line, or "".
    """

    task: str
    is_due: Callable[[datetime], bool]
    work: Callable[..., object]


def registered_notifications() -> "list[type[Notification]]":
    """The mails of all apps."""
    return [one for hook in hooks.get_hooks(REGISTER_NOTIFICATIONS) for one in hook()]


def tick_jobs() -> list[Callable[[datetime], str]]:
    """The jobs that the tick runs, in the order of their registration."""
    return hooks.get_hooks(ON_TICK)


def slow_jobs() -> list[SlowJob]:
    """The work that waits for others, in the order of its registration."""
    return [hook() for hook in hooks.get_hooks(SLOW_JOBS)]


def contact_address() -> str:
    """The address that people read; "" if no app knows one."""
    return next((hook() for hook in hooks.get_hooks(MAIL_CONTACT)), "")


def help_by_phone() -> dict[str, str]:
    """What the foot of a mail says of whom to call; {} if no app knows."""
    return next((hook() for hook in hooks.get_hooks(MAIL_HELP)), {})


def sender_institution() -> str:
    """The name of who runs the site; "" if no app knows."""
    return next((hook() for hook in hooks.get_hooks(MAIL_INSTITUTION)), "")


def unsubscribed(message: "Message", *, now: datetime) -> None:
    """Tells the apps that the reader of `message` wants no more of its kind."""
    for hook in hooks.get_hooks(MAIL_UNSUBSCRIBED):
        hook(message, now=now)
