"""The mails of participation, one template pair each in `templates/emails/participation/`.

They go through `django.core.mail`, so into the outbox, in the transaction that decided: no decision without its mail
and no mail without its decision. An imported author has no account and gets none.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cms.models import SiteConfiguration
from common.urls import absolute_url
from mailing.content import MailContent
from mailing.hooks import Drop, Renderer, Writer
from mailing.models import Message
from mailing.services import Draft, enqueue
from participation import deadlines
from participation.audience import address_of_author, addresses_told, audience_of_merge
from participation.models import (
    Appeal,
    CityService,
    Comment,
    Decision,
    DeskEntry,
    OfficialAnswer,
    Proposal,
    ProposalStep,
    Report,
)
from participation.threads import comment_url

MERGED_KIND = "participation.merged"


def _mail(template: str, *, subject: str, to: str, **context: Any) -> EmailMultiAlternatives:
    configuration = SiteConfiguration.load()
    context |= {
        "subject": subject,
        "phone": configuration.phone,
        "phone_link": configuration.phone_link,
        "phone_hours": configuration.phone_hours,
    }
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"emails/participation/{template}.txt", context),
        to=[to],
    )
    mail.attach_alternative(render_to_string(f"emails/participation/{template}.html", context), "text/html")
    return mail


def _send(template: str, *, subject: str, to: str, **context: Any) -> None:
    _mail(template, subject=subject, to=to, **context).send()


def proposal_received(proposal: Proposal) -> None:
    """Confirms to the author that the proposal is here, with its number and the next date."""
    if proposal.author:
        _send(
            "proposal_received",
            subject=_("Your proposal no. %(number)s has arrived") % {"number": proposal.pk},
            to=proposal.author.email,
            proposal=proposal,
            url=absolute_url(proposal.get_absolute_url()),
            due=deadlines.reading_due_on(timezone.localdate(proposal.created_at)),
        )


def entry_received(entry: DeskEntry) -> None:
    """Confirms what an agent entered to the person who gave an address for news of it; the code is on paper alone."""
    if entry.email:
        _send(
            "entry_received",
            subject=_("What you told us has arrived: receipt no. %(number)s") % {"number": entry.pk},
            to=entry.email,
            entry=entry,
            due=deadlines.reading_due_on(timezone.localdate(entry.entered_at)),
            attach_url=absolute_url(reverse("participation:attach")),
        )


def proposal_moved(step: ProposalStep, *, now: datetime) -> None:
    """Tells a change of state to those who follow the proposal, except to the person who made it.

    What moderation decided has a mail of its own, with how to appeal. A merge is told to the supporters too: their
    mails are written when they are sent, so that their number costs one insert.
    """
    proposal = step.proposal
    told = addresses_told(proposal, but=step.actor_id)
    if step.to_state in (Proposal.State.REFUSED, Proposal.State.PUBLISHED):
        decision = proposal.decisions.first()
        for address in told:
            _decision_on_proposal(proposal, decision, to=address).send()
        return
    for address in told:
        _send(
            "proposal_moved",
            subject=_("Your proposal no. %(number)s: %(state)s")
            % {"number": proposal.pk, "state": proposal.get_state_display().lower()},
            to=address,
            proposal=proposal,
            step=step,
            target=step.target,
            target_url=absolute_url(step.target.get_absolute_url()) if step.target else "",
            is_waiting=step.to_state in Proposal.WAITING_STATES,
            url=absolute_url(proposal.get_absolute_url()),
        )
    if step.target:
        drafts = [
            Draft(
                kind=MERGED_KIND,
                to_email=user.email,
                dedupe_key=f"{MERGED_KIND}:{step.pk}:{user.pk}",
                context={"proposal": proposal.pk},
            )
            for user in audience_of_merge(proposal)
        ]
        if drafts:
            enqueue(drafts=drafts, now=now)


def merged_renderer() -> tuple[str, Renderer]:
    """The `mail_renderer` of what supporters are told: nothing, if the proposals were parted again meanwhile."""
    return MERGED_KIND, _render_merged


def _render_merged(messages: Sequence[Message], *, now: datetime) -> Writer:
    keys = {message.context["proposal"] for message in messages}
    merged = Proposal.objects.filter(pk__in=keys, state=Proposal.State.MERGED, merged_into__isnull=False)
    found = {proposal.pk: proposal for proposal in merged.select_related("merged_into")}

    def write(message: Message) -> MailContent | Drop:
        proposal = found.get(message.context["proposal"])
        if proposal is None or proposal.merged_into is None:
            return Drop(Message.State.CANCELLED, "the proposal is not merged any more")
        return MailContent.from_email_message(
            _mail(
                "proposal_merged",
                subject=_("A proposal that you support is merged with no. %(number)s")
                % {"number": proposal.merged_into_id},
                to=message.to_email,
                proposal=proposal,
                target=proposal.merged_into,
                url=absolute_url(proposal.merged_into.get_absolute_url()),
            )
        )

    return write


def proposal_answered(answer: OfficialAnswer) -> None:
    """Sends an official answer, whole, to those who follow the proposal."""
    proposal = answer.proposal
    for address in addresses_told(proposal):
        _send(
            "proposal_answered",
            subject=_("The answer to your proposal no. %(number)s: %(decision)s")
            % {"number": proposal.pk, "decision": answer.get_decision_display().lower()},
            to=address,
            proposal=proposal,
            answer=answer,
            url=absolute_url(answer.get_absolute_url()),
        )


def service_reminded(proposal: Proposal, service: CityService, *, message: str, today: date) -> None:
    """Asks a service for the answer that was announced; `message` is what the coordinator adds."""
    due = proposal.answer_due_on
    _send(
        "service_reminded",
        subject=_("Reminder: proposal no. %(number)s waits for your answer") % {"number": proposal.pk},
        to=service.contact_email,
        proposal=proposal,
        service=service,
        message=message,
        is_late=bool(due and due < today),
        url=absolute_url(proposal.get_absolute_url()),
        admin_url=absolute_url(f"{reverse('waiting_proposals:answer', args=[proposal.pk])}"),
    )


def comment_moderated(comment: Comment, decision: Decision) -> None:
    """Tells the author the decision; a refusal has its reason and how to ask for a second look."""
    if address_of_author(comment):
        _decision_on_comment(comment, decision).send()


def decision_mail(thing: Proposal | Comment) -> EmailMultiAlternatives:
    """Returns the mail about the state of `thing` as the author would get it; a moderator reads it before deciding."""
    if isinstance(thing, Comment):
        return _decision_on_comment(thing, None)
    return _decision_on_proposal(thing, None, to=address_of_author(thing))


def _decision_on_proposal(proposal: Proposal, decision: Decision | None, *, to: str) -> EmailMultiAlternatives:
    subject = (
        _("Your proposal no. %(number)s is published")
        if proposal.is_public
        else _("Your proposal no. %(number)s is not published")
    )
    return _mail(
        "proposal_moderated",
        subject=subject % {"number": proposal.pk},
        to=to,
        proposal=proposal,
        url=absolute_url(proposal.get_absolute_url()),
        appeal_url=_appeal_url(decision),
    )


def _decision_on_comment(comment: Comment, decision: Decision | None) -> EmailMultiAlternatives:
    published = comment.state == Comment.State.PUBLISHED
    title = comment.discussion.subject_title
    subject = (
        _("Your comment on “%(title)s” is published") if published else _("Your comment on “%(title)s” is removed")
    )
    return _mail(
        "comment_moderated",
        subject=subject % {"title": title},
        to=address_of_author(comment),
        comment=comment,
        title=title,
        published=published,
        url=absolute_url(f"{comment.discussion.subject_url}#{comment.anchor}"),
        appeal_url=_appeal_url(decision),
    )


def _appeal_url(decision: Decision | None) -> str:
    """Where the author asks for a second look. Before the decision is taken it has no number yet."""
    return absolute_url(reverse("participation:appeal", args=[decision.pk if decision else 0]))


def appeal_received(appeal: Appeal) -> None:
    """Tells the team that an author asks for a second look."""
    _send(
        "appeal_received",
        subject=_("An author asks for a second look"),
        to=SiteConfiguration.load().contact_email,
        appeal=appeal,
        admin_url=absolute_url(reverse("wagtailsnippets_participation_appeal:inspect", args=[appeal.pk])),
    )


def appeal_upheld(appeal: Appeal) -> None:
    """Tells the author that another person looked again and decided the same; the decision is written out.

    When the text is published after all, the mail of the publication says so.
    """
    address = address_of_author(appeal.decision.text)
    if address:
        _send(
            "appeal_upheld",
            subject=_("Another person has read your text again"),
            to=address,
            appeal=appeal,
            url=absolute_url(reverse("participation:appeal", args=[appeal.decision_id])),
        )


def comment_reported(report: Report) -> None:
    """Asks the moderators to read a comment again."""
    comment = report.comment
    _send(
        "comment_reported",
        subject=_("A comment is reported on “%(title)s”") % {"title": comment.discussion.subject_title},
        to=SiteConfiguration.load().contact_email,
        report=report,
        comment=comment,
        admin_url=absolute_url(reverse("wagtailsnippets_participation_comment:inspect", args=[comment.pk])),
    )


def comment_concerns(comment: Comment, person: User, *, is_answer: bool) -> None:
    """Tells `person` that a published comment answers her, or names her; says how to receive no more of these."""
    name = comment.display_name or _("A person")
    title = comment.discussion.subject_title
    subject = _("%(name)s answered you about “%(title)s”") if is_answer else _("%(name)s named you about “%(title)s”")
    _mail(
        "comment_concerns",
        subject=subject % {"name": name, "title": title},
        to=person.email,
        comment=comment,
        name=name,
        is_answer=is_answer,
        url=absolute_url(comment_url(comment, AnonymousUser())),
        mute_url=absolute_url(comment.discussion.follow_url),
    ).send()
