"""Dashboard of the admin: panels of pending tasks, each with a link to the screen for it.

An app registers subclasses of `DashboardPanel` in its `wagtail_hooks.py`, with `register_panel`. A panel is displayed
only to users who may act on its tasks. `order` follows the order of the work:

5 setup of a new site, 6 sentences to add, 10 texts to read, 12 reports, 14 appeals, 16 findings to read, 17 findings
to go on with, 20 late answers, 22 late findings, 25 follow-up gaps, 30 the next session, 32 seats to fill, 33
attendance, 34 the work programme, 35 late indicators and e-mails, 36 what does not work, 37 the report of the year,
38 messages to send, 40 the next digest, 49 polls that cannot open, 50 polls that end, 51 the reading list, 52 the
comparison, 53 texts of surveys, 55 second readings, 57 places of help, 60 pages to review, 70 articles to write, 80
what an agent enters today, 81 places of the next sessions, 82 latest entries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Window
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from common.waiting import Task, WaitingWork, register_work, waiting_work

# Number of tasks of a panel that are visible; the others are folded.
SEEN_AT_ONCE = 3


@dataclass(frozen=True)
class FirstRows:
    """First rows of a queryset, with the total count and the number of late rows."""

    rows: list[Any] = field(default_factory=list)
    count: int = 0
    late: int = 0


def first_rows(queryset: QuerySet[Any], limit: int, late: Q | None = None) -> FirstRows:
    """Returns the first `limit` rows of `queryset` with the counts of all and of those matching `late`: one query."""
    counted = queryset.annotate(in_all=Window(Count("pk")))
    if late is not None:
        counted = counted.annotate(in_all_late=Window(Count("pk", filter=late)))
    rows = list(counted[:limit])
    if not rows:
        return FirstRows()
    return FirstRows(rows, rows[0].in_all, getattr(rows[0], "in_all_late", 0))


class DashboardPanel(WaitingWork, Component):
    """Base of the panels. A subclass sets `name`, `order`, `heading` and `icon`, and implements `WaitingWork`."""

    template_name = "cms/admin/dashboard_panel.html"
    # Maximum number of tasks listed; the links of the panel lead to the others.
    limit = 5
    order: ClassVar[int]
    heading: ClassVar[Any]
    # Pictogram of templates/cms/icons, or icon of Wagtail.
    icon: ClassVar[str]
    # Team in charge, if the user may only follow the work.
    team: ClassVar[Any] = ""
    # False for a panel of reference or of shortcuts, whose items are no pending work.
    waits = True
    # True to hide the panel when it is empty. Such panels are for real sites, and absent from the demonstration.
    goes_when_done = False
    # True to list its tasks on the page for a successor of the coordination.
    is_handed_over = False
    # Chapter of the guide (docs/guide) about the work of the panel; by default the first one, about all panels.
    guide: ClassVar[str] = "se-reperer"

    @property
    def dashboard_url(self) -> str:
        """URL to return to after a decision that was started from the dashboard."""
        return reverse("wagtailadmin_home")

    @property
    def tasks(self) -> list[Task]:
        """Tasks that are listed, the most urgent first."""
        return sorted(self.found.tasks, key=lambda task: task.urgency)[: self.limit]

    @property
    def first_tasks(self) -> list[Task]:
        return self.tasks[:SEEN_AT_ONCE]

    @property
    def next_tasks(self) -> list[Task]:
        return self.tasks[SEEN_AT_ONCE:]

    @property
    def not_listed(self) -> int:
        """Number of pending tasks that are not listed."""
        return max(0, self.found.waiting - sum(task.needs_action for task in self.tasks)) if self.waits else 0

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"panel": self, "work": self.found, "csrf_token": parent_context.get("csrf_token", "")}


class Overview(Component):
    """Summary of the dashboard: panels with pending tasks, those with late ones first.

    Displayed in the header of the page (`wagtailadmin/home.html`), above all panels.
    """

    name, order = "overview", 0
    template_name = "cms/admin/dashboard_overview.html"

    def __init__(self, panels: Sequence[Component]) -> None:
        """Keeps the `DashboardPanel`s among `panels` that have pending tasks."""
        counted_panels = [panel for panel in panels if isinstance(panel, DashboardPanel) and panel.waits]
        waiting = [panel for panel in counted_panels if panel.found.waiting]
        self.panels = sorted(waiting, key=lambda panel: not panel.found.waiting_late)

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"overview": self}

    @property
    def count(self) -> int:
        return sum(panel.found.waiting for panel in self.panels)

    @property
    def late(self) -> int:
        return sum(panel.found.waiting_late for panel in self.panels)

    @property
    def first(self) -> Task | None:
        """Most urgent task of all panels."""
        tasks = [task for panel in self.panels for task in panel.tasks if task.needs_action]
        return min(tasks, key=lambda task: task.urgency, default=None)


def snippet_url(model: Any, action: str, *args: Any) -> str:
    """Returns the URL of the admin view `action` ("list", "edit"…) of the snippet `model`."""
    return reverse(model.snippet_viewset.get_url_name(action), args=args)


def register_panel(panel: type[DashboardPanel]) -> type[DashboardPanel]:
    """Registers `panel`, so that it is displayed on the dashboards of users who may see it."""
    return register_work(panel)


def add_panels(request: HttpRequest, panels: list[Component]) -> None:
    """Hook `construct_homepage_panels`: adds the panels of the user, and the overview above them."""
    available = waiting_work(request.user, timezone.now(), DashboardPanel) if request.user.is_authenticated else []
    panels += [
        panel for panel in available if not panel.goes_when_done or (not settings.DEMONSTRATION and panel.found.tasks)
    ]
    panels.append(Overview(panels))
