"""Dashboard of the admin: short lists of what waits for somebody, each with the way to do it.

An app makes a subclass of `DashboardPanel` and registers it in its `wagtail_hooks.py` with `register_panel`. A panel is
shown to those who may act on what it lists, and to nobody else. The order of the panels is the order of the work:

10 texts to read, 12 reports, 14 appeals, 20 late answers, 25 follow-up gaps, 30 the next session, 32 seats to fill,
33 attendance, 34 late deliverables, 40 the next digest, 49 polls that cannot open, 50 polls that end, 55 second
readings, 60 pages to review, 70 articles to write.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.ui.components import Component


@dataclass(frozen=True)
class Link:
    """A way to act: its label and its URL. `about` is added for people who hear the links of a page only."""

    label: str
    url: str
    about: str = ""


@dataclass(frozen=True)
class Task:
    """One line of a panel: what it is, what to know of it, and what can be done."""

    title: str
    url: str
    note: str = ""
    is_late: bool = False
    actions: Sequence[Link] = ()


@dataclass(frozen=True)
class Work:
    """Content of a panel. Without tasks and without a summary it says that there is nothing to do."""

    tasks: Sequence[Task] = ()
    summary: str = ""
    links: Sequence[Link] = ()


class DashboardPanel(Component):
    """A panel; a subclass gives the four names, says who sees it and finds the work in a fixed number of queries."""

    template_name = "cms/admin/dashboard_panel.html"
    # How many tasks are listed; the links of the panel lead to the others.
    limit = 5
    name: ClassVar[str]
    order: ClassVar[int]
    heading: ClassVar[Any]
    icon: ClassVar[str]
    # Chapter of the guide (docs/guide) that says how the work of the panel is done; the first one tells of all panels.
    guide: ClassVar[str] = "se-reperer"

    # An account, which this app does not know: subclasses name its type.
    user: Any

    def __init__(self, user: Any, now: datetime) -> None:
        self.user = user
        self.now = now

    @classmethod
    def may_see(cls, user: Any) -> bool:
        """Says whether `user` may do what the panel asks for."""
        raise NotImplementedError

    def work(self) -> Work:
        """Returns what waits."""
        raise NotImplementedError

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"panel": self, "work": self.work()}


def snippet_url(model: Any, action: str, *args: Any) -> str:
    """Returns the URL of the page of the admin that does `action` ("list", "edit"…) with snippets of `model`."""
    return reverse(model.snippet_viewset.get_url_name(action), args=args)


def register_panel(panel: type[DashboardPanel]) -> type[DashboardPanel]:
    """Adds `panel` to the dashboards of those who may see it. May be used as a decorator."""

    def add(request: HttpRequest, panels: list[Component]) -> None:
        user = request.user
        if user.is_authenticated and panel.may_see(user):
            panels.append(panel(user, timezone.now()))

    hooks.register("construct_homepage_panels", add)
    return panel
