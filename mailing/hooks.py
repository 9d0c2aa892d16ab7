"""Wagtail hooks with which higher apps take part in mailing.

`register_notifications`
    Registers the mails of an app. The hooked function takes no arguments and returns subclasses of
    `mailing.notifications.Notification`.

        @hooks.register("register_notifications")
        def mails_of_minutes():
            return [MinutesOpen, CorrectionDecided]

`on_tick`
    Registers a job that runs at each tick (every 30 seconds). The hooked function takes `now` and returns a short
    summary such as "2 planned", or "" if there was nothing to do. It must be cheap when nothing is due, and
    idempotent. A job that raises is logged and does not stop the others.

        @hooks.register("on_tick")
        def plan_digests(now):
            return summary_of(plan_due(now=now))

`slow_jobs`
    Registers work that depends on other servers, such as reading feeds. It has its own task, so that it does not delay
    mails. The hooked function takes no arguments and returns a `SlowJob`. The tick starts its task while something is
    due; `manage.py tick`, which has no broker, runs it for some seconds after the mails.

        @hooks.register("slow_jobs")
        def reading():
            return SlowJob(task="veille.tasks.read", is_due=has_due, work=read_due)

`mail_contact`
    Registers the contact address, for replies and for alerts of the outbox. The hooked function takes no arguments and
    returns the address.

`mail_help`
    Registers the telephone help shown in the footer of mails. The hooked function takes no arguments and returns the
    context `phone`, `phone_link` and `phone_hours` of `emails/base.html`.

`mail_institution`
    Registers the institution that runs the site, shown in the header of mails. The hooked function takes no arguments
    and returns its name. It is called for each mail, so it must be cheap.

`mail_unsubscribed`
    Registers a handler of mails to the unsubscribe address of a message. The hooked function takes the `Message` and
    `now`, and must be idempotent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from wagtail import hooks

from mailing.models import Message

REGISTER_NOTIFICATIONS = "register_notifications"
ON_TICK = "on_tick"
SLOW_JOBS = "slow_jobs"
MAIL_CONTACT = "mail_contact"
MAIL_HELP = "mail_help"
MAIL_INSTITUTION = "mail_institution"
MAIL_UNSUBSCRIBED = "mail_unsubscribed"


@dataclass(frozen=True)
class SlowJob:
    """Slow work: its Celery task, whether something is due, and `work(max_seconds=…)`, which does some of it.

    `work` returns a one-line summary, or "".
    """

    task: str
    is_due: Callable[[datetime], bool]
    work: Callable[..., object]


def tick_jobs() -> list[Callable[[datetime], str]]:
    """Returns the jobs of the tick, in the order of their registration."""
    return hooks.get_hooks(ON_TICK)


def slow_jobs() -> list[SlowJob]:
    """Returns the slow jobs, in the order of their registration."""
    return [hook() for hook in hooks.get_hooks(SLOW_JOBS)]


def contact_address() -> str:
    """Returns the contact address; "" if no app registers one."""
    return next((hook() for hook in hooks.get_hooks(MAIL_CONTACT)), "")


def help_by_phone() -> dict[str, str]:
    """Returns the telephone help for the footer of mails; {} if no app registers it."""
    return next((hook() for hook in hooks.get_hooks(MAIL_HELP)), {})


def sender_institution() -> str:
    """Returns the name of the institution that runs the site; "" if no app registers it."""
    return next((hook() for hook in hooks.get_hooks(MAIL_INSTITUTION)), "")


def unsubscribed(message: Message, *, now: datetime) -> None:
    """Calls the handlers of an unsubscription from mails of the kind of `message`."""
    for hook in hooks.get_hooks(MAIL_UNSUBSCRIBED):
        hook(message, now=now)
