"""What followers are told: each public change of state and each official answer of a proposal that others made.

Planning is one insert, whatever their number; the mail is written when it is sent, and dropped if by then the person
follows no more, the news is old, or the proposal may not be read any more.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from common.urls import absolute_url
from mailing.content import MailContent
from mailing.hooks import Renderer
from mailing.models import Message
from mailing.notifications import Drop, Writer
from mailing.services import Draft, enqueue
from participation.models import Follow, OfficialAnswer, Proposal, ProposalStep
from participation.notifications.letters import mail
from participation.notifications.recipients import followers_of

KIND = "participation.followed"
STEP, ANSWER = "step", "answer"
# What moderation decides is told to the authors alone.
TOLD_STATES = frozenset(
    {Proposal.State.STUDIED, *Proposal.ANSWERED_STATES, Proposal.State.MERGED, Proposal.State.WITHDRAWN}
)


def tell_of_step(step: ProposalStep, *, now: datetime) -> None:
    """Plans the mails about a change of state, if it is one that followers are told."""
    if step.to_state in TOLD_STATES:
        _plan(STEP, step.pk, step.proposal, actor_id=step.actor_id, now=now)


def tell_of_answer(answer: OfficialAnswer, *, now: datetime) -> None:
    """Plans the mails about an official answer, which says the change of state too."""
    _plan(ANSWER, answer.pk, answer.proposal, actor_id=answer.writer_id, now=now)


def _plan(what: str, key: int, proposal: Proposal, *, actor_id: int | None, now: datetime) -> None:
    told = followers_of(proposal).values_list("pk", "email")
    drafts = [
        Draft(
            kind=KIND,
            to_email=email,
            dedupe_key=f"{KIND}:{what}:{key}:{user}",
            context={what: key, "user": user},
        )
        for user, email in told
        if user != actor_id
    ]
    if drafts:
        enqueue(drafts=drafts, now=now)


def followed_renderer() -> tuple[str, Renderer]:
    """The `mail_renderer` of what followers are told."""
    return KIND, _render


def _render(messages: Sequence[Message], *, now: datetime) -> Writer:
    steps = ProposalStep.objects.select_related("proposal", "target").in_bulk(_keys(messages, STEP))
    answers = OfficialAnswer.objects.public().select_related("proposal", "service").in_bulk(_keys(messages, ANSWER))
    numbers = {step.proposal_id for step in steps.values()} | {answer.proposal_id for answer in answers.values()}
    follows = Follow.objects.standing().filter(discussion__proposal__in=numbers, user__is_active=True)
    why = {
        (follow.user_id, follow.discussion.proposal_id): follow.get_source_display()
        for follow in follows.filter(user__in=_keys(messages, "user")).select_related("discussion")
    }

    def write(message: Message) -> MailContent | Drop:
        context = message.context
        if answer := answers.get(context.get(ANSWER)):
            number, about = answer.proposal_id, partial(_about_answer, answer)
        elif (step := steps.get(context.get(STEP))) and _still_holds(step):
            number, about = step.proposal_id, partial(_about_step, step)
        else:
            return Drop(Message.State.CANCELLED, "this is not so any more")
        reason = why.get((context["user"], number))
        if reason is None:
            return Drop(Message.State.CANCELLED, "the person follows no more")
        subject, said = about()
        return MailContent.from_email_message(
            mail("followed", subject=subject, to=message.to_email, why=reason, **said)
        )

    return write


def _keys(messages: Sequence[Message], name: str) -> set[int]:
    return {message.context[name] for message in messages if name in message.context}


def _still_holds(step: ProposalStep) -> bool:
    """The proposal is where the step led it: a later step has its own mail."""
    return step.proposal.state == step.to_state and step.proposal.merged_into_id == step.target_id


def _about_step(step: ProposalStep) -> tuple[str, dict[str, Any]]:
    """Returns the subject of the mail about `step`, and what its templates show.

    Of a proposal that was withdrawn nobody reads anything any more, neither its title nor why.
    """
    proposal, target = step.proposal, step.target
    subject = _("Proposal no. %(number)s, which you follow: %(state)s") % {
        "number": proposal.pk,
        "state": step.get_to_state_display().lower(),
    }
    if not proposal.is_public:
        return subject, {"number": proposal.pk}
    target = target if target is not None and target.is_public else None
    return subject, {
        **_about(proposal),
        "reason": step.reason,
        "target": target,
        "target_url": absolute_url(target.get_absolute_url()) if target else "",
        "due": proposal.answer_due_on if step.to_state in Proposal.WAITING_STATES else None,
        "url": absolute_url(proposal.get_absolute_url()),
    }


def _about_answer(answer: OfficialAnswer) -> tuple[str, dict[str, Any]]:
    """The same for an official answer, which is sent whole."""
    subject = _("The answer to proposal no. %(number)s, which you follow: %(decision)s") % {
        "number": answer.proposal_id,
        "decision": answer.get_decision_display().lower(),
    }
    return subject, {**_about(answer.proposal), "answer": answer, "url": absolute_url(answer.get_absolute_url())}


def _about(proposal: Proposal) -> dict[str, Any]:
    mute_url = reverse("participation:follow", args=[proposal.pk])
    return {"proposal": proposal, "mute_url": absolute_url(mute_url)}
