"""Panels of the dashboard: texts to read, reports, appeals, late answers, gaps in the follow-up of proposals."""

from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext, gettext_lazy, ngettext

from cms.admin.dashboard import DashboardPanel, Link, Task, Work, snippet_url
from common.admin import YesNoFilter
from common.templatetags.dates import short_day
from participation import permissions
from participation.admin.answers.gaps_report import GapFix
from participation.admin.moderation.base import action_url
from participation.errors import SamePerson
from participation.models import Addendum, Appeal, Comment, Proposal, Report
from participation.models.deadlines import reading_due_on, working_days_since
from participation.models.texts import ModeratedText
from participation.queries.dossier import dossier_url
from participation.queries.gaps import gaps_of, proposals_with_gaps
from participation.queries.moderation_queues import waiting_appeals, waiting_reports

if TYPE_CHECKING:
    from accounts.models import User


# What a list is asked for that shows texts which were published at once, or changed since they were read.
UNREAD = f"unread={YesNoFilter.YES}"
WAITING = f"waiting={YesNoFilter.YES}"


def inspect_url(item: ModeratedText | Report | Appeal) -> str:
    """Returns the URL of the inspect view of a line."""
    return snippet_url(type(item), "inspect", item.pk)


def list_link(model: type[Model], label: str, query: str) -> Link:
    return Link(label, f"{snippet_url(model, 'list')}?{query}")


def age(received_on: date, today: date) -> str:
    """Returns how long something waits, in words."""
    days = working_days_since(received_on, today)
    if not days:
        return gettext("received today")
    return ngettext("waits for %(count)d working day", "waits for %(count)d working days", days) % {"count": days}


class ToReadPanel(DashboardPanel):
    """Texts of residents that nobody has read yet, the oldest first; two working days are promised."""

    name = "a-lire"
    order = 10
    heading = gettext_lazy("To read before publication")
    icon = "glasses"
    guide = "moderation"

    @classmethod
    def may_see(cls, user: "User") -> bool:
        return permissions.can_moderate_any(user)

    def work(self) -> Work:
        counts, links = [], []
        waiting: list[ModeratedText] = []
        if permissions.can_moderate_proposals(self.user):
            proposals = Proposal.objects.awaiting_moderation().select_related("author")
            count = self._first(proposals, waiting)
            counts.append(ngettext("%(count)d proposal", "%(count)d proposals", count) % {"count": count})
            links.append(list_link(Proposal, gettext("All the proposals to read"), f"state={Proposal.State.RECEIVED}"))
            links.append(list_link(Proposal, gettext("Published proposals still to read"), UNREAD))
            addenda = Addendum.objects.awaiting_moderation().with_context()
            if count := self._first(addenda, waiting):
                counts.append(ngettext("%(count)d addendum", "%(count)d addenda", count) % {"count": count})
                links.append(
                    list_link(Addendum, gettext("All the addenda to read"), f"state={Addendum.State.RECEIVED}")
                )
        if permissions.can_moderate_comments(self.user):
            comments = Comment.objects.awaiting_moderation().with_context()
            count = self._first(comments, waiting)
            counts.append(ngettext("%(count)d comment", "%(count)d comments", count) % {"count": count})
            links.append(list_link(Comment, gettext("All the comments to read"), f"state={Comment.State.RECEIVED}"))
            links.append(list_link(Comment, gettext("Published comments still to read"), UNREAD))
        if not waiting:
            return Work(links=links)
        oldest = sorted(waiting, key=attrgetter("created_at"))[: self.limit]
        return Work(tasks=self._tasks(oldest), summary=" · ".join(counts), links=links)

    def _first(self, texts: QuerySet, waiting: list[ModeratedText]) -> int:
        """Adds the oldest of `texts` to `waiting`; returns how many there are (two queries)."""
        waiting += texts[: self.limit]
        return texts.count()

    def _tasks(self, texts: Sequence[ModeratedText]) -> list[Task]:
        today = timezone.localdate(self.now)
        dashboard = reverse("wagtailadmin_home")
        tasks = []
        for text in texts:
            title = text.headline
            written_on = timezone.localdate(text.created_at)
            tasks.append(
                Task(
                    title=title,
                    url=inspect_url(text),
                    note=f"{text.caption} · {age(written_on, today)}",
                    is_late=today > reading_due_on(written_on),
                    actions=[
                        Link(gettext("Publish"), action_url(text, "publish", dashboard), about=title),
                        Link(gettext("Refuse…"), action_url(text, "refuse", dashboard), about=title),
                    ],
                )
            )
        return tasks


class ReportsPanel(DashboardPanel):
    """Texts that readers reported, the one that waits for longest first."""

    name = "signalements"
    order = 12
    heading = gettext_lazy("Reports by readers")
    icon = "warning"
    guide = "moderation"

    @classmethod
    def may_see(cls, user: "User") -> bool:
        return permissions.can_moderate_any(user)

    def work(self) -> Work:
        reports = waiting_reports(self.user)
        links = [list_link(Report, gettext("All the reports"), WAITING)]
        found = list(reports.with_text()[: self.limit])
        if not found:
            return Work(links=links)
        count = reports.count()
        summary = ngettext("%(count)d reported text waits", "%(count)d reported texts wait", count)
        return Work(tasks=[self._task(report) for report in found], summary=summary % {"count": count}, links=links)

    def _task(self, report: Report) -> Task:
        title = report.reported_extract()
        dashboard = reverse("wagtailadmin_home")
        number = ngettext("%(count)d report", "%(count)d reports", report.report_count) % {"count": report.report_count}
        waits = age(timezone.localdate(report.created_at), timezone.localdate(self.now))
        actions = [Link(gettext("Dismiss…"), action_url(report, "dismiss", dashboard), about=title)]
        if report.can_be_refused:
            refuse = action_url(report, "refuse_reported", dashboard)
            actions.insert(0, Link(gettext("Refuse the text…"), refuse, about=title))
        return Task(
            title=title,
            url=inspect_url(report),
            note=f"{number} · {report.caption} · {waits} · « {Truncator(report.reason).chars(100)} »",
            actions=actions,
        )


class AppealsPanel(DashboardPanel):
    """Appeals of authors, the oldest first, with the promise of an answer within two working days."""

    name = "demandes-de-second-regard"
    order = 14
    heading = gettext_lazy("Requests for a second look")
    icon = "history"
    guide = "moderation"

    @classmethod
    def may_see(cls, user: "User") -> bool:
        return permissions.can_moderate_any(user)

    def work(self) -> Work:
        appeals = waiting_appeals(self.user)
        links = [list_link(Appeal, gettext("All the requests for a second look"), WAITING)]
        found = list(appeals.with_text()[: self.limit])
        if not found:
            return Work(links=links)
        count = appeals.count()
        summary = ngettext("%(count)d request waits", "%(count)d requests wait", count)
        return Work(tasks=[self._task(appeal) for appeal in found], summary=summary % {"count": count}, links=links)

    def _task(self, appeal: Appeal) -> Task:
        title = appeal.refused_extract()
        dashboard = reverse("wagtailadmin_home")
        asked_on, today = timezone.localdate(appeal.created_at), timezone.localdate(self.now)
        note = f"{appeal.decision.text.caption} · {age(asked_on, today)}"
        actions = []
        if permissions.can_decide_appeal(self.user, appeal):
            actions = [
                Link(gettext("Publish after all"), action_url(appeal, "overturn", dashboard), about=title),
                Link(gettext("Confirm the refusal…"), action_url(appeal, "uphold", dashboard), about=title),
            ]
        else:
            note = f"{note} · {SamePerson.message}"
        return Task(
            title=title, url=inspect_url(appeal), note=note, is_late=today > reading_due_on(asked_on), actions=actions
        )


class LateAnswersPanel(DashboardPanel):
    """Proposals that were promised an answer before today, the oldest promise first."""

    name = "reponses-en-retard"
    order = 20
    heading = gettext_lazy("Late answers")
    icon = "warning"
    guide = "reponses"

    @classmethod
    def may_see(cls, user: "User") -> bool:
        return permissions.can_follow_answers(user)

    def work(self) -> Work:
        late = Proposal.objects.answer_overdue(timezone.localdate(self.now))
        found = list(late[: self.limit])
        if not found:
            return Work()
        count = late.count()
        summary = ngettext(
            "%(count)d proposal waits for its answer", "%(count)d proposals wait for their answers", count
        )
        tasks = [
            Task(
                title=str(proposal),
                url=proposal.get_absolute_url(),
                note=gettext("answer announced for %(day)s") % {"day": short_day(proposal.answer_due_on)},
                is_late=True,
                actions=self._actions(proposal),
            )
            for proposal in found
        ]
        report = Link(gettext("All that waits for an answer"), reverse("waiting_proposals:list"))
        return Work(tasks=tasks, summary=summary % {"count": count}, links=[report])

    def _actions(self, proposal: Proposal) -> list[Link]:
        actions = []
        if permissions.can_answer_proposals(self.user):
            actions.append((gettext("Answer…"), "answer"))
        if permissions.can_moderate_proposals(self.user):
            actions.append((gettext("Remind…"), "remind"))
        return [
            Link(label, reverse(f"waiting_proposals:{name}", args=[proposal.pk]), about=proposal.title)
            for label, name in actions
        ]


class FollowUpGapsPanel(DashboardPanel):
    """Proposals with a gap in their follow-up, the oldest first, with the form that fills each gap."""

    name = "chaines-interrompues"
    order = 25
    heading = gettext_lazy("Broken chains")
    icon = "link"
    guide = "reponses"

    @classmethod
    def may_see(cls, user: "User") -> bool:
        return permissions.can_see_follow_up_gaps(user)

    def work(self) -> Work:
        incomplete = proposals_with_gaps(self.now)
        found = list(incomplete[: self.limit])
        if not found:
            return Work()
        count = incomplete.count()
        summary = ngettext(
            "The dossier of %(count)d proposal is broken", "The dossiers of %(count)d proposals are broken", count
        )
        gap_fix = GapFix(self.user)
        tasks = [
            Task(
                title=str(proposal),
                url=dossier_url(proposal),
                note=" · ".join(str(gap.label) for gap in gaps_of(proposal)),
                actions=[Link(link.label, link.url, about=proposal.title) for link in gap_fix.links(proposal)],
            )
            for proposal in found
        ]
        report = Link(gettext("All the broken chains"), reverse("follow_up_gaps:list"))
        return Work(tasks=tasks, summary=summary % {"count": count}, links=[report])
