"""Mails to followers: each public change of state and each official answer of a followed proposal.

Enqueuing is one insert for any number of followers; the mail is rendered when it is sent. It is dropped if by then
the user no longer follows or wants no e-mail, the news is outdated, or the proposal is not public.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.hooks import opted_out
from common.urls import absolute_url
from mailing.content import MailContent
from mailing.models import Message
from mailing.notifications import DeferredNotification, DropReason, Recipient, Writer
from participation.models import Follow, OfficialAnswer, Proposal, ProposalStep, Report
from participation.notifications.recipients import followers_of

# Decisions of moderation are sent to the authors only.
NOTIFIED_STATES = frozenset(
    {Proposal.State.STUDIED, *Proposal.ANSWERED_STATES, Proposal.State.MERGED, Proposal.State.WITHDRAWN}
)
STEP, ANSWER = "step", "answer"


class FollowedProposal(DeferredNotification):
    """Informs followers of a proposal about a step or an answer."""

    kind = "participation.followed"
    verbose_name = _("News of a followed proposal")
    template = "emails/participation/followed"
    subjects = STATE_CHANGED, ANSWERED = (
        _("Proposal no. %(number)s, which you follow: %(state)s"),
        _("The answer to proposal no. %(number)s, which you follow: %(decision)s"),
    )
    # Name of the step or of the answer in the context of a row.
    about: ClassVar[str]

    def __init__(self, thing: ProposalStep | OfficialAnswer, *, follow_reason: str = "") -> None:
        self.thing, self.follow_reason = thing, follow_reason

    @property
    def actor_id(self) -> int | None:
        """The account that made the change, which gets no mail about it."""
        raise NotImplementedError

    def excluded_recipients(self) -> set[int | None]:
        """Returns the accounts that need no mail about it, or get another one."""
        return {self.actor_id}

    def notify_followers(self, *, now: datetime) -> None:
        """Enqueues the mails to the followers, except those who want no e-mail."""
        followers = dict(followers_of(self.thing.proposal).values_list("pk", "email"))
        others = self.excluded_recipients() | opted_out(list(followers))
        recipients = [
            Recipient(
                email,
                key=f"{self.kind}:{self.about}:{self.thing.pk}:{user}",
                context={self.about: self.thing.pk, "user": user},
            )
            for user, email in followers.items()
            if user not in others
        ]
        self.plan(recipients, now=now)

    def context(self) -> dict[str, Any]:
        proposal = self.thing.proposal
        mute_url = absolute_url(reverse("participation:follow", args=[proposal.pk]))
        return {"why": self.follow_reason, "proposal": proposal, "mute_url": mute_url}

    @classmethod
    def writer(cls, messages: Sequence[Message], *, now: datetime) -> Writer:
        steps = ProposalStep.objects.select_related("proposal", "target").in_bulk(_keys(messages, STEP))
        answers = OfficialAnswer.objects.public().select_related("proposal", "service").in_bulk(_keys(messages, ANSWER))
        proposal_pks = {step.proposal_id for step in steps.values()} | {
            answer.proposal_id for answer in answers.values()
        }
        follows = Follow.objects.standing().filter(discussion__proposal__in=proposal_pks, user__is_active=True)
        users = _keys(messages, "user")
        reasons = {
            (follow.user_id, follow.discussion.proposal_id): follow.get_source_display()
            for follow in follows.filter(user__in=users).select_related("discussion")
        }
        silent = opted_out(users)

        def write(message: Message) -> MailContent | DropReason:
            context = message.context
            if context.get("user") in silent:
                return DropReason(Message.State.CANCELLED, "the person wants no e-mail")
            mail: FollowedProposal
            if answer := answers.get(context.get(ANSWER)):
                mail = FollowedAnswer(answer)
            elif (step := steps.get(context.get(STEP))) and _still_holds(step):
                mail = FollowedStep(step)
            else:
                return DropReason(Message.State.CANCELLED, "this is not so any more")
            reason = reasons.get((context["user"], mail.thing.proposal_id))
            if reason is None:
                return DropReason(Message.State.CANCELLED, "the person follows no more")
            mail.follow_reason = reason
            return mail.content()

        return write


class FollowedStep(FollowedProposal):
    """Mail about a change of state. After a withdrawal, it contains neither the title nor the reason."""

    about = STEP
    thing: ProposalStep

    @property
    def actor_id(self) -> int | None:
        return self.thing.actor_id

    def excluded_recipients(self) -> set[int | None]:
        """Adds the users who reported the proposal: their own mail has the news of the withdrawal."""
        answered = Report.objects.filter(proposal=self.thing.proposal_id, decided_at=self.thing.at)
        return {*super().excluded_recipients(), *answered.values_list("author", flat=True)}

    def subject(self) -> str:
        words = {"number": self.thing.proposal_id, "state": self.thing.get_to_state_display().lower()}
        return self.STATE_CHANGED % words

    def context(self) -> dict[str, Any]:
        step, proposal = self.thing, self.thing.proposal
        if not proposal.is_public:
            return {"why": self.follow_reason, "number": proposal.pk}
        target = step.target if step.target is not None and step.target.is_public else None
        return super().context() | {
            "reason": step.reason,
            "target": target,
            "target_url": absolute_url(target.get_absolute_url()) if target else "",
            "due": proposal.answer_due_on if step.to_state in Proposal.WAITING_STATES else None,
            "url": absolute_url(proposal.get_absolute_url()),
        }


class FollowedAnswer(FollowedProposal):
    """Mail with the full text of an official answer."""

    about = ANSWER
    thing: OfficialAnswer

    @property
    def actor_id(self) -> int | None:
        return self.thing.writer_id

    def subject(self) -> str:
        words = {"number": self.thing.proposal_id, "decision": self.thing.get_decision_display().lower()}
        return self.ANSWERED % words

    def context(self) -> dict[str, Any]:
        return super().context() | {"answer": self.thing, "url": absolute_url(self.thing.get_absolute_url())}


def _keys(messages: Sequence[Message], name: str) -> set[int]:
    return {message.context[name] for message in messages if name in message.context}


def _still_holds(step: ProposalStep) -> bool:
    """Returns whether the proposal is still in the state of the step: a later step has its own mail."""
    return step.proposal.state == step.to_state and step.proposal.merged_into_id == step.target_id
