"""Dashboard panels of polls: drafts that cannot open, and polls that end soon."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext

from cms.admin.dashboard import DashboardPanel, snippet_url
from common.templatetags.dates import day, deadline, last_day
from common.waiting import Link, Task, TaskList
from polls.models import Poll
from polls.permissions import can_change_polls
from polls.services.opening import missing_in

if TYPE_CHECKING:
    from accounts.models import User

SOON = timedelta(days=7)


class PollsToOpenPanel(DashboardPanel):
    """Incomplete drafts that should open within a week, or should have opened."""

    name = "sondages-a-completer"
    order = 49
    heading = gettext_lazy("Polls that cannot open yet")
    icon = "poll"
    team = gettext_lazy("Facilitation")
    guide = "sondages"
    is_handed_over = True

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return can_change_polls(user)

    def work(self) -> TaskList:
        drafts = Poll.objects.due(self.now + SOON).prefetch_related("questions__choices")
        incomplete = [(poll, missing) for poll in drafts if (missing := list(missing_in(poll, self._opening(poll))))]
        label = ngettext("poll", "polls", len(incomplete))
        return TaskList(tasks=[self._task(poll, missing) for poll, missing in incomplete], label=label)

    def _opening(self, poll: Poll) -> datetime:
        return max(self.now, poll.opens_at or self.now)

    def _task(self, poll: Poll, missing: list[str]) -> Task:
        is_late = self._opening(poll) == self.now
        opening = gettext("should have opened on %(day)s") if is_late else gettext("opens on %(day)s")
        return Task(
            title=poll.title,
            url=snippet_url(Poll, "edit", poll.pk),
            note=f"{opening % {'day': day(poll.opens_at)}} · {' '.join(missing)}",
            due_on=timezone.localdate(poll.opens_at) if poll.opens_at else None,
            is_late=is_late,
        )


class EndingPollsPanel(DashboardPanel):
    """Open polls that end within a week, when it is time to invite more answers or to extend them."""

    name = "sondages-qui-se-terminent"
    order = 50
    heading = gettext_lazy("Polls that end soon")
    icon = "poll"
    team = gettext_lazy("Facilitation")
    guide = "sondages"
    is_handed_over = True

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return can_change_polls(user)

    def work(self) -> TaskList:
        ending = Poll.objects.open(self.now).filter(closes_at__lte=self.now + SOON)
        polls = ending.annotate(answers=Count("participations"))
        tasks = [self._task(poll) for poll in polls]
        return TaskList(tasks=tasks, label=ngettext("poll", "polls", len(tasks)))

    def _task(self, poll: Poll) -> Task:
        ends = gettext("until %(day)s") % {"day": deadline(poll.closes_at)}
        return Task(
            title=poll.title,
            url=snippet_url(Poll, "edit", poll.pk),
            note=" · ".join(note for note in (ends, self._answers(poll)) if note),
            due_on=last_day(poll.closes_at),
            actions=[Link(gettext("See the page of the poll"), poll.get_absolute_url(), about=poll.title)],
        )

    def _answers(self, poll: Poll) -> str:
        """Returns the number of answers in words, if it is not secret."""
        if poll.is_sealed(self.now):
            return ""
        count = poll.answers  # type: ignore[attr-defined]
        answers = ngettext("%(count)d person has answered", "%(count)d people have answered", count)
        return answers % {"count": count}
