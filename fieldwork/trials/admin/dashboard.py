"""Dashboard panels of the findings: to read, to go on with, and late answers of the city."""

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext

from cms.admin.dashboard import DashboardPanel, first_rows
from common.admin import action_url
from common.templatetags.dates import short_day
from common.waiting import Link, Task, TaskList
from fieldwork import permissions
from fieldwork.models import Finding
from fieldwork.trials.admin.actions import ACTIONS
from participation.models.deadlines import reading_due_on, reading_late_since
from participation.queries.answers import count_for_others, of_own_services

if TYPE_CHECKING:
    from accounts.models import User

State = Finding.State
# Label of the link to the findings of each state: the action to take.
TO_DO = {
    State.CONFIRMED: gettext_lazy("Send to the city what is confirmed"),
    State.SAID_FIXED: gettext_lazy("Ask for a new trial of what is said to be fixed"),
    State.TO_TEST: gettext_lazy("Test again"),
    State.CAME_BACK: gettext_lazy("Send again what came back"),
}


def _task(finding: Finding, user: "User", **when: object) -> Task:
    """Returns the item of a finding. A sensitive one shows its number only."""
    dashboard = reverse("wagtailadmin_home")
    words = gettext("sensitive") if finding.is_sensitive else finding.headline
    title = f"{finding} · {words}"
    possible = [action for action in ACTIONS if action.can_decide(user, finding)]
    return Task(
        title=title,
        url=reverse("findings:inspect", args=[finding.pk]),
        attached=len(finding.attached_files),
        note=f"{finding.campaign.service_name} · {finding.get_severity_display()}",
        actions=[
            Link(str(action.display_name), action_url(finding, str(action.action_type), dashboard), about=title)
            for action in possible[:2]
        ],
        **when,  # type: ignore[arg-type]
    )


class FindingsToReadPanel(DashboardPanel):
    """Unread findings, oldest first, due within two working days like other texts."""

    name = "constats-a-lire"
    order = 16
    heading = gettext_lazy("Findings to read")
    icon = "warning"
    team = gettext_lazy("Moderation")
    guide = "essais"
    is_handed_over = True

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return permissions.can_coordinate_trials(user)

    def work(self) -> TaskList:
        today = timezone.localdate(self.now)
        late = Q(created_at__date__lte=reading_late_since(today))
        waiting = Finding.objects.filter(state=State.REPORTED).with_context().order_by("created_at", "pk")
        listed = first_rows(waiting, self.limit, late)
        tasks = []
        for finding in listed.rows:
            due_on = reading_due_on(timezone.localdate(finding.created_at))
            tasks.append(_task(finding, self.user, due_on=due_on, is_late=today > due_on))
        links = [Link(gettext("All the findings to read"), f"{reverse('findings:list')}?state={State.REPORTED}")]
        label = ngettext("finding to read", "findings to read", listed.count)
        return TaskList(
            tasks=tasks, count=listed.count, late=listed.late, label=label, links=links if listed.count else []
        )


class FindingsToGoOnPanel(DashboardPanel):
    """Findings that the team can send, send again, submit to a new trial or retest, longest wait first."""

    name = "constats-a-suivre"
    order = 17
    heading = gettext_lazy("Findings to go on with")
    icon = "resubmit"
    team = gettext_lazy("Moderation")
    guide = "essais"
    is_handed_over = True

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return permissions.can_coordinate_trials(user)

    def work(self) -> TaskList:
        waiting = permissions.findings_to_go_on(self.user)
        listed = first_rows(waiting.with_context().order_by("state_changed_at", "pk"), self.limit)
        if not listed.rows:
            return TaskList()
        counts = dict(waiting.order_by().values_list("state").annotate(count=Count("pk")))
        state_counts = [(state, counts[state]) for state in permissions.GO_ON_STATES if counts.get(state)]
        url = reverse("findings:list")
        return TaskList(
            tasks=[replace(_task(finding, self.user), note=self._note(finding)) for finding in listed.rows],
            count=listed.count,
            label=ngettext("finding to go on with", "findings to go on with", listed.count),
            facts=[" · ".join(f"{state.label} : {count}" for state, count in state_counts)],
            links=[Link(str(TO_DO[state]), f"{url}?state={state.value}") for state, _count in state_counts],
        )

    def _note(self, finding: Finding) -> str:
        since = gettext("since %(day)s") % {"day": short_day(finding.state_changed_at)}
        return f"{finding.get_state_display()} · {since} · {finding.campaign.service_name}"


class LateFindingsPanel(DashboardPanel):
    """Findings whose answer was due before today, oldest due date first."""

    name = "constats-en-retard"
    order = 22
    heading = gettext_lazy("Findings without their answers")
    icon = "time"
    team = gettext_lazy("Services of the city")
    guide = "essais"
    is_handed_over = True

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return permissions.can_follow_findings(user)

    def work(self) -> TaskList:
        late = permissions.readable_findings(self.user).overdue(timezone.localdate(self.now))
        own = of_own_services(self.user, "service")
        listed = first_rows(late.filter(own).with_context(), self.limit)
        facts = count_for_others(late, own)
        if not listed.rows:
            return TaskList(facts=facts)
        return TaskList(
            tasks=[_task(finding, self.user, due_on=finding.answer_due_on, is_late=True) for finding in listed.rows],
            count=listed.count,
            late=listed.count,
            label=ngettext("finding without its answer", "findings without their answers", listed.count),
            facts=facts,
            links=[Link(gettext("All the findings to deal with"), reverse("findings_to_answer:list"))],
        )
