"""Dashboard panels of agents: calls and polls open today, places of the next sessions, latest entries."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, ngettext

from accounts.models import Audience
from cms.admin.dashboard import DashboardPanel, snippet_url
from committee.models import SessionPage
from common.desk import AGENT_ICON
from common.templatetags.dates import day, deadline, hours, short_day
from common.waiting import Link, Task, TaskList
from participation import permissions
from participation.models import CallPage, DeskEntry
from participation.queries.call_phases import BADGES, next_date
from polls.models import Poll
from polls.permissions import can_answer_for_others

if TYPE_CHECKING:
    from accounts.models import User

# Phases in which people take part, ordered by how much agents enter in them.
RUNNING = (CallPage.Phase.PROPOSALS, CallPage.Phase.DISCUSSION, CallPage.Phase.SUPPORT)
SESSIONS_SHOWN = 3


class DeskPanel(DashboardPanel):
    """Base class of the panels for users who enter texts for others."""

    waits = False
    guide = "accueil"

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return permissions.can_enter_for_others(user)


class OpenTodayPanel(DeskPanel):
    """Calls and polls open today, each with its entry form and its paper form."""

    name = "ouvert-aujourd-hui"
    order = 80
    heading = gettext_lazy("Open today")
    icon = AGENT_ICON
    is_handed_over = True

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return super().can_see(user) or can_answer_for_others(user)

    def work(self) -> TaskList:
        tasks, links = [], []
        if permissions.can_enter_for_others(self.user):
            tasks += self._calls()
            links.append(Link(gettext("Enter a comment"), reverse("desk_comment:enter")))
        if can_answer_for_others(self.user):
            tasks += self._polls()
            links.append(Link(gettext("See or change the answers that were entered"), reverse("poll_desk:list")))
        if not tasks:
            return TaskList(facts=[gettext("No call and no poll is open today.")], links=links)
        return TaskList(tasks=tasks, label=ngettext("call or poll", "calls and polls", len(tasks)), links=links)

    def _calls(self) -> Iterator[Task]:
        for phase in RUNNING:
            calls = CallPage.objects.published().in_phase(phase, self.now).exclude(audience=Audience.MEMBERS)
            for call in calls.order_by("closes_at", "pk")[: self.limit]:
                note = " · ".join(filter(None, [str(BADGES[phase][0]), next_date(call, self.now), call.invited]))
                actions = self._entries(call) if phase == CallPage.Phase.PROPOSALS else []
                yield Task(call.title, call.get_url(), note=note, actions=actions)

    def _entries(self, call: CallPage) -> list[Link]:
        entry = f"{reverse('desk_proposal:enter')}?call={call.pk}"
        paper = reverse("participation:call_paper_form", args=[call.slug])
        return [
            Link(gettext("Enter a proposal"), entry, about=call.title),
            Link(gettext("Form on paper"), paper, about=call.title),
        ]

    def _polls(self) -> Iterator[Task]:
        for poll in Poll.objects.open(self.now).for_everyone().order_by("closes_at", "pk")[: self.limit]:
            note = gettext("Poll, until %(day)s") % {"day": deadline(poll.closes_at)}
            actions = []
            if poll.is_secret:
                note = f"{note} · {gettext('secret: nobody answers it for somebody else')}"
            else:
                actions = [
                    Link(gettext("Enter an answer"), reverse("poll_desk:answer", args=[poll.pk]), about=poll.title),
                    Link(gettext("Form on paper"), reverse("polls:paper_form", args=[poll.slug]), about=poll.title),
                ]
            yield Task(poll.title, poll.get_absolute_url(), note=note, actions=actions)


class PlacesPanel(DeskPanel):
    """Next sessions with the facts that people ask an agent for: time, place, cancellation."""

    name = "prochaines-seances"
    order = 81
    heading = gettext_lazy("Where and when the committee meets")
    icon = "pin"

    def work(self) -> TaskList:
        sessions = SessionPage.objects.published().upcoming(self.now)[:SESSIONS_SHOWN]
        tasks = [self._task(session) for session in sessions]
        if not tasks:
            return TaskList(facts=[gettext("No session is planned.")])
        held = next((session for session in sessions if not session.is_cancelled), None)
        if held is None:
            return TaskList(tasks=tasks)
        days = (timezone.localdate(held.starts_at) - timezone.localdate(self.now)).days
        return TaskList(
            tasks=tasks, count=days, label=ngettext("day before the next one", "days before the next one", days)
        )

    def _task(self, session: SessionPage) -> Task:
        when = f"{capfirst(day(session.starts_at))}, {hours(session.starts_at, session.ends_at)}"
        cancelled = str(session.get_status_display()) if session.is_cancelled else ""
        note = " · ".join(filter(None, [cancelled, when, session.place]))
        return Task(session.heading, session.get_url(), note=note)


class LatestEntriesPanel(DeskPanel):
    """Latest texts entered by agents, with the state of each."""

    name = "dernieres-saisies"
    order = 82
    heading = gettext_lazy("Latest entries")
    icon = "list-ul"

    def work(self) -> TaskList:
        tasks = [self._task(entry) for entry in DeskEntry.objects.with_text()[: self.limit]]
        links = [Link(gettext("All the entries"), snippet_url(DeskEntry, "list"))] if tasks else []
        return TaskList(tasks=tasks, facts=[] if tasks else [gettext("Nothing was entered yet.")], links=links)

    def _task(self, entry: DeskEntry) -> Task:
        entered_on = short_day(timezone.localdate(entry.entered_at))
        parts = [str(entry), entry.name_shown, entry.origin_label, entered_on, entry.state_label]
        return Task(entry.title, snippet_url(DeskEntry, "inspect", entry.pk), note=" · ".join(filter(None, parts)))
