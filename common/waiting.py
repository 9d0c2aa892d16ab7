"""Registry of work: tasks that wait for an account, each with its day and the way to do it.

A `WaitingWork` is a kind of work. An app registers one with the hook `waiting_work` (`common/hooks.py`) in its
`wagtail_hooks.py`. Whoever shows work reads it here: the dashboard of the admin draws the kinds that are panels
(`cms/admin/dashboard.py`), the members' area the tasks of members (`committee/hooks.py`), and a mail that names
what waits asks the same. So a task has one rule, and is counted for those who may do it only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from django.utils.translation import ngettext
from wagtail import hooks

from common.hooks import WAITING_WORK_HOOK
from common.templatetags.dates import in_paris, last_day

# Each thing that waits is a square; more of them tell nothing more.
MOST_SQUARES = 24


@dataclass(frozen=True)
class Link:
    """A way to act: its label and its URL. `about` is added for people who hear the links of a page only."""

    label: str
    url: str
    about: str = ""


@dataclass(frozen=True)
class Task:
    """One thing to do: what it is, where, what to know of it, the last day to do it, and what else can be done.

    Without `asks` it is told only: somebody else has to act, or nobody. `until` is a moment, where a day is not enough:
    what lasts until midnight has the beginning of the next day. With `is_that_day` it is done on the day of `until`,
    not before.
    """

    title: str
    url: str
    note: str = ""
    due_on: date | None = None
    is_late: bool = False
    asks: bool = True
    # How many pictures and documents it has.
    attached: int = 0
    actions: Sequence[Link] = ()
    until: datetime | None = None
    is_that_day: bool = False

    @property
    def day(self) -> date | None:
        """The day on which it is done, or the last one."""
        if self.until and self.is_that_day:
            return in_paris(self.until).date()
        return self.due_on or last_day(self.until)

    @property
    def urgency(self) -> tuple[bool, date]:
        """Sorts what is late before the rest, and the nearest day before the others."""
        return (not self.is_late, self.day or date.max)


def waiting(tasks: Iterable[Task]) -> int:
    """Returns how many of `tasks` are still to be done."""
    return sum(task.asks for task in tasks)


@dataclass(frozen=True)
class Work:
    """Tasks of one kind, and what else is known of them, each fact a few words.

    `tasks` may be the first of more: then `count` and `late` say how many wait and how many of those are late. `said`
    are the words after that number; nothing in `facts` is asked of anybody. Where nothing waits, the number is any that
    is worth knowing first.
    """

    tasks: Sequence[Task] = ()
    count: int | None = None
    late: int | None = None
    said: str = ""
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
        """What the number counts."""
        return self.said or ngettext("thing to do", "things to do", self.waiting)

    @property
    def squares(self) -> list[bool]:
        """One for each thing that waits, up to `MOST_SQUARES`, those that are late first: whether it is late."""
        return [number < self.waiting_late for number in range(min(self.waiting, MOST_SQUARES))]


class WaitingWork:
    """A kind of work; a subclass says who may do it, and finds its tasks in a fixed number of queries."""

    # Name of the kind, which no other has.
    name: ClassVar[str]
    # An account, which this app does not know: subclasses name its type.
    user: Any

    def __init__(self, user: Any, now: datetime) -> None:
        self.user = user
        self.now = now

    @classmethod
    def may_see(cls, user: Any) -> bool:
        """Says whether `user` may do what is asked."""
        raise NotImplementedError

    def work(self) -> Work:
        """Returns what waits. Counts what the account may do, nothing else."""
        raise NotImplementedError

    @cached_property
    def found(self) -> Work:
        """Result of `work`, asked for once."""
        return self.work()


Kind = TypeVar("Kind", bound=WaitingWork)


def register_work(kind: type[Kind]) -> type[Kind]:
    """Adds `kind` to the registry. May be used as a decorator."""
    hooks.register(WAITING_WORK_HOOK, lambda: kind)
    return kind


def waiting_work(user: Any, now: datetime, base: type[Kind]) -> list[Kind]:
    """Returns the kinds of work of `user`, those that are a `base`: `WaitingWork` for all of them."""
    kinds = [register() for register in hooks.get_hooks(WAITING_WORK_HOOK)]
    return [kind(user, now) for kind in kinds if issubclass(kind, base) and kind.may_see(user)]
