"""Mails about proposals: to authors, to invited co-authors, and to the services in charge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts.models import User
from common.templatetags.dates import short_day
from common.urls import absolute_url
from mailing.notifications import Notification, Recipient
from participation.models import (
    CityService,
    DeskEntry,
    Invitation,
    OfficialAnswer,
    Proposal,
    ProposalStep,
    deadlines,
)
from participation.notifications.followers import NOTIFIED_STATES, FollowedAnswer, FollowedStep
from participation.notifications.moderation import ProposalModerated
from participation.notifications.recipients import notified_addresses


@dataclass(frozen=True)
class ProposalReceived(Notification):
    """Confirms to the author the reception of a proposal, with its number and the next date."""

    proposal: Proposal

    kind = "participation.proposal-received"
    verbose_name = gettext_lazy("Proposal received")
    template = "emails/participation/proposal_received"
    subjects = (gettext_lazy("Your proposal no. %(number)s has arrived"),)

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.proposal.author.email)] if self.proposal.author else []

    def subject(self) -> str:
        return self.subjects[0] % {"number": self.proposal.pk}

    def context(self) -> dict[str, Any]:
        return {
            "proposal": self.proposal,
            "url": absolute_url(self.proposal.get_absolute_url()),
            "due": deadlines.reading_due_on(timezone.localdate(self.proposal.created_at)),
        }


@dataclass(frozen=True)
class EntryReceived(Notification):
    """Confirms an entry by an agent to a person who left an e-mail address; the code is on the paper receipt only."""

    entry: DeskEntry

    kind = "participation.entry-received"
    verbose_name = gettext_lazy("Receipt for what an agent entered")
    template = "emails/participation/entry_received"
    subjects = (gettext_lazy("What you told us has arrived: receipt no. %(number)s"),)

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.entry.email)] if self.entry.email else []

    def subject(self) -> str:
        return self.subjects[0] % {"number": self.entry.pk}

    def context(self) -> dict[str, Any]:
        return {
            "entry": self.entry,
            "due": deadlines.reading_due_on(timezone.localdate(self.entry.entered_at)),
            "attach_url": absolute_url(reverse("participation:claim")),
        }


@dataclass(frozen=True)
class ProposalMoved(Notification):
    """Informs the authors of a change of state, except the one who made it."""

    step: ProposalStep

    kind = "participation.proposal-moved"
    verbose_name = gettext_lazy("Change of state of a proposal, to its authors")
    template = "emails/participation/proposal_moved"
    subjects = (gettext_lazy("Your proposal no. %(number)s: %(state)s"),)

    def recipients(self) -> list[Recipient]:
        return [Recipient(email) for email in notified_addresses(self.step.proposal, actor_id=self.step.actor_id)]

    def subject(self) -> str:
        proposal = self.step.proposal
        words = {"number": proposal.pk, "state": proposal.get_state_display().lower()}
        return self.subjects[0] % words

    def context(self) -> dict[str, Any]:
        proposal, target = self.step.proposal, self.step.target
        return {
            "proposal": proposal,
            "step": self.step,
            "target": target,
            "target_url": absolute_url(target.get_absolute_url()) if target else "",
            "is_waiting": self.step.to_state in Proposal.WAITING_STATES,
            "url": absolute_url(proposal.get_absolute_url()),
        }


@dataclass(frozen=True)
class ProposalAnswered(Notification):
    """Sends the full text of an official answer to the authors of the proposal."""

    answer: OfficialAnswer

    kind = "participation.proposal-answered"
    verbose_name = gettext_lazy("Official answer, to the authors")
    template = "emails/participation/proposal_answered"
    subjects = (gettext_lazy("The answer to your proposal no. %(number)s: %(decision)s"),)

    def recipients(self) -> list[Recipient]:
        return [Recipient(email) for email in notified_addresses(self.answer.proposal)]

    def subject(self) -> str:
        words = {"number": self.answer.proposal.pk, "decision": self.answer.get_decision_display().lower()}
        return self.subjects[0] % words

    def context(self) -> dict[str, Any]:
        url = absolute_url(self.answer.get_absolute_url())
        return {"proposal": self.answer.proposal, "answer": self.answer, "url": url}


@dataclass(frozen=True)
class ProposalsGiven(Notification):
    """Sends proposals to the service that is asked to answer them, with the announced day."""

    service: CityService
    proposals: tuple[Proposal, ...]

    kind = "participation.proposals-given"
    verbose_name = gettext_lazy("Proposals, to a service of the city")
    template = "emails/participation/proposals_given"
    subjects: ClassVar[Sequence[Any]] = (
        ngettext_lazy("%(number)d proposal to answer", "%(number)d proposals to answer", "number"),
    )

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.service.contact_email)]

    def subject(self) -> str:
        return self.subjects[0] % {"number": len(self.proposals)}

    def context(self) -> dict[str, Any]:
        return {
            "service": self.service,
            "proposals": [(row, absolute_url(row.get_absolute_url())) for row in self.proposals],
            "due": min((row.answer_due_on for row in self.proposals if row.answer_due_on), default=None),
            "admin_url": absolute_url(reverse("waiting_proposals:list")),
        }


@dataclass(frozen=True)
class AnswersDue(ProposalsGiven):
    """Reminds a service of the answers announced for a day: a week before it, and on it. Once each."""

    due_on: date
    today: date

    kind = "participation.answers-due"
    verbose_name = gettext_lazy("Reminder to a service, before the announced day and on it")
    template = "emails/participation/answers_due"
    subjects = IN_A_WEEK, TODAY = (
        ngettext_lazy("%(number)d answer to give by %(day)s", "%(number)d answers to give by %(day)s", "number"),
        ngettext_lazy("%(number)d answer to give today", "%(number)d answers to give today", "number"),
    )

    @property
    def is_today(self) -> bool:
        return self.due_on == self.today

    @property
    def key(self) -> str:
        occasion = "day" if self.is_today else "week"
        return f"{self.kind}:{self.service.pk}:{self.due_on}:{occasion}"

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.service.contact_email, key=self.key)]

    def subject(self) -> str:
        words = self.TODAY if self.is_today else self.IN_A_WEEK
        return words % {"number": len(self.proposals), "day": short_day(self.due_on)}

    def context(self) -> dict[str, Any]:
        return super().context() | {"is_today": self.is_today}


@dataclass(frozen=True)
class ServiceReminded(Notification):
    """Reminds a service of an announced answer; `message` is added by the coordinator."""

    proposal: Proposal
    service: CityService
    message: str
    today: date

    kind = "participation.service-reminded"
    verbose_name = gettext_lazy("Reminder to a service")
    template = "emails/participation/service_reminded"
    subjects = (gettext_lazy("Reminder: proposal no. %(number)s waits for your answer"),)

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.service.contact_email)]

    def subject(self) -> str:
        return self.subjects[0] % {"number": self.proposal.pk}

    def context(self) -> dict[str, Any]:
        return {
            "proposal": self.proposal,
            "service": self.service,
            "message": self.message,
            "is_late": self.proposal.is_overdue(self.today),
            "url": absolute_url(self.proposal.get_absolute_url()),
            "admin_url": absolute_url(reverse("waiting_proposals:answer", args=[self.proposal.pk])),
        }


@dataclass(frozen=True)
class CoAuthorInvited(Notification):
    """Invites an address to become co-author.

    Includes the title only if a moderator has read it, so that unread texts are not mailed to strangers.
    """

    invitation: Invitation

    kind = "participation.coauthor-invited"
    verbose_name = gettext_lazy("Invitation to become a co-author")
    template = "emails/participation/coauthor_invited"
    subjects = WITH_TITLE, WITHOUT_TITLE = (
        gettext_lazy("%(name)s invites you to be an author of “%(title)s”"),
        gettext_lazy("%(name)s invites you to make a proposal together"),
    )

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.invitation.email)]

    def subject(self) -> str:
        names = {"name": self.invitation.proposal.display_name, "title": self.invitation.public_title}
        if names["title"]:
            return self.WITH_TITLE % names
        return self.WITHOUT_TITLE % names

    def context(self) -> dict[str, Any]:
        proposal = self.invitation.proposal
        return {
            "name": proposal.display_name,
            "title": self.invitation.public_title,
            "until": timezone.localdate(self.invitation.expires_at),
            "url": absolute_url(self.invitation.url),
        }


@dataclass(frozen=True)
class CoAuthorRemoved(Notification):
    """Informs a co-author that the first author has removed them."""

    proposal: Proposal
    user: User

    kind = "participation.coauthor-removed"
    verbose_name = gettext_lazy("Co-author removed")
    template = "emails/participation/coauthor_removed"
    subjects = (gettext_lazy("You are no longer one of the authors of proposal no. %(number)s"),)

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.user.email)] if self.user.is_active else []

    def subject(self) -> str:
        return self.subjects[0] % {"number": self.proposal.pk}

    def context(self) -> dict[str, Any]:
        url = absolute_url(self.proposal.get_absolute_url()) if self.proposal.is_public else ""
        return {"proposal": self.proposal, "name": self.proposal.display_name, "url": url}


def notify_of_step(step: ProposalStep, *, now: datetime) -> None:
    """Sends the mails about a change of state: to the authors, and to followers if it is public.

    A decision of moderation has its own mail, with how to appeal, to the authors only.
    """
    if step.to_state in (Proposal.State.REFUSED, Proposal.State.PUBLISHED):
        decision = step.proposal.decisions.first()
        ProposalModerated(step.proposal, decision, actor_id=step.actor_id).send(now=now)
        return
    ProposalMoved(step).send(now=now)
    if step.to_state in NOTIFIED_STATES:
        FollowedStep(step).notify_followers(now=now)


def notify_of_answer(answer: OfficialAnswer, *, now: datetime) -> None:
    """Sends an official answer, including the change of state, to authors and followers."""
    ProposalAnswered(answer).send(now=now)
    FollowedAnswer(answer).notify_followers(now=now)
