"""Registry of pending work: tasks for a user, with due dates and links.

A `WaitingWork` is a kind of work, registered by an app on the hook `waiting_work` (`common/hooks.py`) in its
`wagtail_hooks.py`. It is displayed by the dashboard of the admin, for kinds that are panels (`cms/admin/dashboard.py`),
by the members' area, for tasks of members (`committee/hooks.py`), and in reminder mails. So each task has one rule, and
is counted only for users who can do it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from django.utils.translation import ngettext
from wagtail import hooks

from common.hooks import WAITING_WORK_HOOK
from common.templatetags.dates import in_city_time, last_day

# Maximum number of squares, one per pending task.
MOST_SQUARES = 24


@dataclass(frozen=True)
class Link:
    """Link of an action: label and URL. `about` is added to the label for screen readers.

    With `act`, it is a button of the dashboard that posts this value.
    """

    label: str
    url: str
    about: str = ""
    act: str = ""


@dataclass(frozen=True)
class Task:
    """Task: title, URL, note, due date, and further actions.

    Without `needs_action` it is for information only. `until` is a datetime, if a date is not precise enough: for
    midnight, the beginning of the next day. With `is_that_day` the task is for the day of `until`, not earlier.
    """

    title: str
    url: str
    note: str = ""
    due_on: date | None = None
    is_late: bool = False
    needs_action: bool = True
    # Number of attached images and documents.
    attached: int = 0
    actions: Sequence[Link] = ()
    until: datetime | None = None
    is_that_day: bool = False

    @property
    def day(self) -> date | None:
        """Due date."""
        if self.until and self.is_that_day:
            return in_city_time(self.until).date()
        return self.due_on or last_day(self.until)

    @property
    def urgency(self) -> tuple[bool, date]:
        """Sort key: late tasks first, then by due date."""
        return (not self.is_late, self.day or date.max)


def waiting(tasks: Iterable[Task]) -> int:
    """Returns the number of pending tasks among `tasks`."""
    return sum(task.needs_action for task in tasks)


@dataclass(frozen=True)
class TaskList:
    """Tasks of one kind, with further facts in a few words each.

    If `tasks` are only the first ones, `count` and `late` are the total numbers of pending and late tasks. `label` is
    the label of the number; `facts` need no action. Without pending tasks, the number may be any key figure.
    """

    tasks: Sequence[Task] = ()
    count: int | None = None
    late: int | None = None
    label: str = ""
    facts: Sequence[str] = ()
    links: Sequence[Link] = ()

    @property
    def waiting(self) -> int:
        return waiting(self.tasks) if self.count is None else self.count

    @property
    def waiting_late(self) -> int:
        return sum(task.is_late for task in self.tasks) if self.late is None else self.late

    @property
    def words(self) -> str:
        """Label of the number."""
        return self.label or ngettext("thing to do", "things to do", self.waiting)

    @property
    def squares(self) -> list[bool]:
        """List with an item per pending task, up to `MOST_SQUARES`: whether it is late, late ones first."""
        return [number < self.waiting_late for number in range(min(self.waiting, MOST_SQUARES))]


class WaitingWork:
    """Base of the kinds of work. Subclasses define who may do it, and find the tasks in a fixed number of queries."""

    # Unique name of the kind.
    name: ClassVar[str]
    # User; subclasses declare the type, unknown to this app.
    user: Any

    def __init__(self, user: Any, now: datetime) -> None:
        self.user = user
        self.now = now

    @classmethod
    def can_see(cls, user: Any) -> bool:
        """Returns whether `user` may do this work."""
        raise NotImplementedError

    def work(self) -> TaskList:
        """Returns the pending tasks for the user."""
        raise NotImplementedError

    @cached_property
    def found(self) -> TaskList:
        """Result of `work`, cached."""
        return self.work()


Kind = TypeVar("Kind", bound=WaitingWork)


def register_work(kind: type[Kind]) -> type[Kind]:
    """Registers `kind`. Can be used as a decorator."""
    hooks.register(WAITING_WORK_HOOK, lambda: kind)
    return kind


def waiting_work(user: Any, now: datetime, base: type[Kind]) -> list[Kind]:
    """Returns the kinds of work for `user` that are subclasses of `base` (`WaitingWork` for all)."""
    kinds = [register() for register in hooks.get_hooks(WAITING_WORK_HOOK)]
    return [kind(user, now) for kind in kinds if issubclass(kind, base) and kind.can_see(user)]
