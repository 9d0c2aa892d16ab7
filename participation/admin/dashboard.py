"""Dashboard panels: texts to read, reports, appeals, late answers, gaps in the follow-up of proposals."""

from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING

from django.db.models import Model, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext

from cms.admin.dashboard import DashboardPanel, FirstRows, first_rows, snippet_url
from common.admin import YesNoFilter
from common.plain_text import beginning
from common.waiting import Link, Task, TaskList
from participation import permissions
from participation.admin.answers.due import draft_url, draft_words, planned_words
from participation.admin.answers.gaps_report import GapFix
from participation.admin.moderation.base import action_url
from participation.errors import SamePerson
from participation.models import Addendum, Appeal, Comment, OfficialAnswer, Proposal, Report
from participation.models.deadlines import reading_due_on, reading_late_since, working_days_since
from participation.models.texts import ModeratedText
from participation.queries.answers import (
    answers_not_late,
    answers_to_give,
    count_for_others,
    late_answers,
    of_own_services,
    planned_answers,
    with_drafts,
)
from participation.queries.dossier import dossier_url
from participation.queries.gaps import FOLLOW_UP_GAPS, LATE_ANSWER, gaps_of, has_one_of, proposals_with_gaps
from participation.queries.moderation_queues import waiting_appeals, waiting_reports

if TYPE_CHECKING:
    from accounts.models import User


# Query string of a list that filters texts published at once, or changed since they were read.
UNREAD = f"unread={YesNoFilter.YES}"
WAITING = f"waiting={YesNoFilter.YES}"


def inspect_url(item: ModeratedText | Report | Appeal) -> str:
    """Returns the URL of the inspect view of a row."""
    return snippet_url(type(item), "inspect", item.pk)


def list_link(model: type[Model], label: str, query: str) -> Link:
    return Link(label, f"{snippet_url(model, 'list')}?{query}")


def age(received_on: date, today: date) -> str:
    """Returns in words how long something has been waiting."""
    days = working_days_since(received_on, today)
    if not days:
        return gettext("received today")
    return ngettext("waits for %(count)d working day", "waits for %(count)d working days", days) % {"count": days}


class ToReadPanel(DashboardPanel):
    """Unread texts of residents, the oldest first; reading is promised within two working days."""

    name = "a-lire"
    order = 10
    heading = gettext_lazy("To read before publication")
    icon = "glasses"
    team = gettext_lazy("Moderation")
    guide = "moderation"

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return permissions.can_moderate_any(user)

    def work(self) -> TaskList:
        today = timezone.localdate(self.now)
        last = reading_late_since(today)
        late = Q(created_at__date__lte=last)
        # A text on paper waits since it was entered, as its receipt says (`ModeratedText.waits_since`).
        entered_late = Q(late, desk_entry=None) | Q(desk_entry__entered_at__date__lte=last)
        queues: list[FirstRows] = []
        facts, links = [], []
        if permissions.can_moderate_proposals(self.user):
            to_read = Proposal.objects.awaiting_moderation().with_attached_files()
            to_read = to_read.select_related("author", "desk_entry")
            proposals = first_rows(to_read, self.limit, entered_late)
            addenda = first_rows(Addendum.objects.awaiting_moderation().with_context(), self.limit, late)
            queues += [proposals, addenda]
            facts.append(ngettext("%(count)d proposal", "%(count)d proposals", proposals.count) % vars(proposals))
            links.append(list_link(Proposal, gettext("All the proposals to read"), f"state={Proposal.State.RECEIVED}"))
            links.append(list_link(Proposal, gettext("Published proposals still to read"), UNREAD))
            if addenda.count:
                facts.append(ngettext("%(count)d addendum", "%(count)d addenda", addenda.count) % vars(addenda))
                links.append(
                    list_link(Addendum, gettext("All the addenda to read"), f"state={Addendum.State.RECEIVED}")
                )
        if permissions.can_moderate_comments(self.user):
            awaiting = Comment.objects.awaiting_moderation().with_context().select_related("desk_entry")
            comments = first_rows(awaiting, self.limit, entered_late)
            queues.append(comments)
            facts.append(ngettext("%(count)d comment", "%(count)d comments", comments.count) % vars(comments))
            links.append(list_link(Comment, gettext("All the comments to read"), f"state={Comment.State.RECEIVED}"))
            links.append(list_link(Comment, gettext("Published comments still to read"), UNREAD))
        count = sum(queue.count for queue in queues)
        if not count:
            return TaskList(links=links)
        oldest = sorted((text for queue in queues for text in queue.rows), key=attrgetter("waits_since"))
        return TaskList(
            tasks=[self._task(text, today) for text in oldest[: self.limit]],
            count=count,
            late=sum(queue.late for queue in queues),
            label=ngettext("text to read", "texts to read", count),
            facts=[" · ".join(facts)],
            links=links,
        )

    def _task(self, text: ModeratedText, today: date) -> Task:
        title, dashboard = text.headline, reverse("wagtailadmin_home")
        written_on = timezone.localdate(text.waits_since)
        due_on = reading_due_on(written_on)
        return Task(
            title=title,
            url=inspect_url(text),
            note=f"{text.caption} · {age(written_on, today)}",
            due_on=due_on,
            is_late=today > due_on,
            attached=len(text.attached_files),
            actions=[
                Link(gettext("Publish"), action_url(text, "publish", dashboard), about=title),
                Link(gettext("Refuse…"), action_url(text, "refuse", dashboard), about=title),
            ],
        )


class ReportsPanel(DashboardPanel):
    """Texts reported by readers, the longest waiting first."""

    name = "signalements"
    order = 12
    heading = gettext_lazy("Reports by readers")
    icon = "flag"
    team = gettext_lazy("Moderation")
    guide = "moderation"

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return permissions.can_moderate_any(user)

    def work(self) -> TaskList:
        queue = first_rows(waiting_reports(self.user).with_text(), self.limit)
        return TaskList(
            tasks=[self._task(report) for report in queue.rows],
            count=queue.count,
            label=ngettext("reported text", "reported texts", queue.count),
            links=[list_link(Report, gettext("All the reports"), WAITING)],
        )

    def _task(self, report: Report) -> Task:
        title = report.reported_extract()
        dashboard = reverse("wagtailadmin_home")
        count_label = ngettext("%(count)d report", "%(count)d reports", report.report_count) % {
            "count": report.report_count
        }
        waiting_time = age(timezone.localdate(report.created_at), timezone.localdate(self.now))
        actions = [Link(gettext("Dismiss…"), action_url(report, "dismiss", dashboard), about=title)]
        if report.can_be_refused:
            refuse = action_url(report, "refuse_reported", dashboard)
            actions.insert(0, Link(gettext("Refuse the text…"), refuse, about=title))
        return Task(
            title=title,
            url=inspect_url(report),
            note=f"{count_label} · {report.caption} · {waiting_time} · « {beginning(report.reason, 100)} »",
            attached=len(report.attached_files),
            actions=actions,
        )


class AppealsPanel(DashboardPanel):
    """Appeals of authors, the oldest first; an answer is promised within two working days."""

    name = "demandes-de-second-regard"
    order = 14
    heading = gettext_lazy("Requests for a second look")
    icon = "history"
    team = gettext_lazy("Moderation")
    guide = "moderation"

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return permissions.can_moderate_any(user)

    def work(self) -> TaskList:
        late = Q(created_at__date__lte=reading_late_since(timezone.localdate(self.now)))
        queue = first_rows(permissions.appeals_to_decide(self.user).with_text(), self.limit, late)
        own = first_rows(waiting_appeals(self.user).filter(decision__moderator=self.user.pk).with_text(), self.limit)
        return TaskList(
            tasks=[self._task(appeal) for appeal in [*queue.rows, *own.rows]],
            count=queue.count,
            late=queue.late,
            label=ngettext("request", "requests", queue.count),
            links=[list_link(Appeal, gettext("All the requests for a second look"), WAITING)],
        )

    def _task(self, appeal: Appeal) -> Task:
        title = appeal.refused_extract()
        dashboard = reverse("wagtailadmin_home")
        appealed_on, today = timezone.localdate(appeal.created_at), timezone.localdate(self.now)
        note = f"{appeal.decision.text.caption} · {age(appealed_on, today)}"
        actions, needs_action = [], permissions.can_decide_appeal(self.user, appeal)
        if needs_action:
            actions = [
                Link(gettext("Publish after all"), action_url(appeal, "overturn", dashboard), about=title),
                Link(gettext("Confirm the refusal…"), action_url(appeal, "uphold", dashboard), about=title),
            ]
        else:
            note = f"{note} · {SamePerson.message}"
        due_on = reading_due_on(appealed_on)
        return Task(
            title,
            inspect_url(appeal),
            note=note,
            due_on=due_on,
            is_late=needs_action and today > due_on,
            needs_action=needs_action,
            attached=len(appeal.attached_files),
            actions=actions,
        )


class LateAnswersPanel(DashboardPanel):
    """Proposals with a late answer and, for an agent of a service, all that wait for it; the earliest day first."""

    name = "reponses-en-retard"
    order = 20
    heading = gettext_lazy("Answers to give")
    icon = "time"
    team = gettext_lazy("Services of the city")
    guide = "reponses"
    is_handed_over = True

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return permissions.can_follow_answers(user)

    def work(self) -> TaskList:
        today = timezone.localdate(self.now)
        own = of_own_services(self.user, "asked_service")
        waiting = answers_to_give(self.user, today).filter(own).select_related("asked_service")
        queue = first_rows(with_drafts(waiting), self.limit, Q(answer_due_on__lt=today))
        planned = planned_answers(today).filter(own).select_related("asked_service")
        tasks = [self._task(proposal) for proposal in [*queue.rows, *planned[: self.limit]]]
        facts = count_for_others(late_answers(today), own)
        # An agent of a service has those of the service among the tasks.
        if not permissions.own_services(self.user) and (count := answers_not_late(today).count()):
            facts.append(gettext("%(count)d not late yet") % {"count": count})
        if not tasks and not facts:
            return TaskList()
        return TaskList(
            tasks=tasks,
            count=queue.count,
            late=queue.late,
            label=ngettext("proposal without its answer", "proposals without their answers", queue.count),
            facts=facts,
            links=[Link(gettext("All that waits for an answer"), reverse("waiting_proposals:list"))],
        )

    def _task(self, proposal: Proposal) -> Task:
        service = str(proposal.asked_service or gettext("no service was asked"))
        if planned := getattr(proposal, "scheduled_for", None):
            note = f"{service} · {planned_words(planned)}"
            return Task(title=str(proposal), url=proposal.get_absolute_url(), note=note, needs_action=False)
        drafts: list[OfficialAnswer] = proposal.drafted_answers  # type: ignore[attr-defined]
        return Task(
            title=str(proposal),
            url=proposal.get_absolute_url(),
            note=" · ".join([service, *map(draft_words, drafts)]),
            due_on=proposal.answer_due_on,
            is_late=proposal.is_overdue(timezone.localdate(self.now)),
            actions=self._actions(proposal),
        )

    def _actions(self, proposal: Proposal) -> list[Link]:
        actions = []
        if permissions.can_answer_proposals(self.user):
            drafts: list[OfficialAnswer] = proposal.drafted_answers  # type: ignore[attr-defined]
            actions += [(gettext("Continue the draft…"), draft_url(draft)) for draft in drafts]
            actions.append((gettext("Answer…"), reverse("waiting_proposals:answer", args=[proposal.pk])))
        if permissions.can_moderate_proposals(self.user):
            actions.append((gettext("Remind…"), reverse("waiting_proposals:remind", args=[proposal.pk])))
        return [Link(label, url, about=proposal.title) for label, url in actions]


class FollowUpGapsPanel(DashboardPanel):
    """Proposals with a gap in their follow-up, the oldest first, with the form that fills each gap."""

    name = "chaines-interrompues"
    order = 25
    heading = gettext_lazy("Broken chains")
    icon = "chain"
    guide = "reponses"
    is_handed_over = True

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return permissions.can_see_follow_up_gaps(user)

    def work(self) -> TaskList:
        # The panel of late answers shows the others.
        shown = has_one_of(gap for gap in FOLLOW_UP_GAPS if gap.key != LATE_ANSWER)
        gap_fix, broken = GapFix(self.user), proposals_with_gaps(self.now).filter(shown)
        queue = first_rows(broken.filter(gap_fix.condition), self.limit)
        others = broken.exclude(gap_fix.condition).count()
        facts = [ngettext("%(count)d for another team", "%(count)d for another team", others) % {"count": others}]
        links = [Link(gettext("All the broken chains"), reverse("follow_up_gaps:list"))]
        if not queue.rows:
            return TaskList(facts=facts, links=links) if others else TaskList()
        tasks = [
            Task(
                title=str(proposal),
                url=dossier_url(proposal),
                note=" · ".join(str(gap.label) for gap in gaps_of(proposal)),
                actions=[Link(link.label, link.url, about=proposal.title) for link in gap_fix.links(proposal)],
            )
            for proposal in queue.rows
        ]
        return TaskList(
            tasks=tasks,
            count=queue.count,
            label=ngettext("broken dossier", "broken dossiers", queue.count),
            facts=facts if others else (),
            links=links,
        )
