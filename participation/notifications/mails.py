"""The mails of participation, one template pair each in `templates/emails/participation/`.

They go through `django.core.mail`, so into the outbox, in the transaction that decided: no decision without its mail
and no mail without its decision. An imported author has no account and gets none.
"""

from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cms.models import SiteConfiguration
from common.urls import absolute_url
from participation.models import (
    Addendum,
    Appeal,
    CityService,
    Comment,
    Decision,
    DeskEntry,
    Invitation,
    OfficialAnswer,
    Proposal,
    ProposalStep,
    Report,
    deadlines,
)
from participation.models.texts import ModeratedText
from participation.notifications import followers
from participation.notifications.letters import mail, send
from participation.notifications.recipients import address_of_author, addresses_told
from participation.queries.discussions import comment_url


def proposal_received(proposal: Proposal) -> None:
    """Confirms to the author that the proposal is here, with its number and the next date."""
    if proposal.author:
        send(
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
        send(
            "entry_received",
            subject=_("What you told us has arrived: receipt no. %(number)s") % {"number": entry.pk},
            to=entry.email,
            entry=entry,
            due=deadlines.reading_due_on(timezone.localdate(entry.entered_at)),
            attach_url=absolute_url(reverse("participation:claim")),
        )


def proposal_moved(step: ProposalStep, *, now: datetime) -> None:
    """Tells a change of state to the authors, except to the person who made it, and a public one to the followers.

    What moderation decided has a mail of its own, with how to appeal, and is told to the authors alone.
    """
    proposal = step.proposal
    told = addresses_told(proposal, but=step.actor_id)
    if step.to_state in (Proposal.State.REFUSED, Proposal.State.PUBLISHED):
        decision = proposal.decisions.first()
        for address in told:
            _decision_on_proposal(proposal, decision, to=address).send()
        return
    for address in told:
        send(
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
    followers.tell_of_step(step, now=now)


def proposal_answered(answer: OfficialAnswer, *, now: datetime) -> None:
    """Sends an official answer, whole, to the authors of the proposal and to those who follow it."""
    proposal = answer.proposal
    for address in addresses_told(proposal):
        send(
            "proposal_answered",
            subject=_("The answer to your proposal no. %(number)s: %(decision)s")
            % {"number": proposal.pk, "decision": answer.get_decision_display().lower()},
            to=address,
            proposal=proposal,
            answer=answer,
            url=absolute_url(answer.get_absolute_url()),
        )
    followers.tell_of_answer(answer, now=now)


def service_reminded(proposal: Proposal, service: CityService, *, message: str, today: date) -> None:
    """Asks a service for the answer that was announced; `message` is what the coordinator adds."""
    due = proposal.answer_due_on
    send(
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
    for address in addresses_told(comment):
        _decision_on_comment(comment, decision, to=address).send()


def addendum_moderated(addendum: Addendum, decision: Decision) -> None:
    """The same for what was added to a proposal: all of its authors are told."""
    for address in addresses_told(addendum):
        _decision_on_addendum(addendum, decision, to=address).send()


def decision_mail(thing: ModeratedText) -> EmailMultiAlternatives:
    """Returns the mail about the state of `thing` as the author would get it; a moderator reads it before deciding."""
    to = address_of_author(thing)
    if isinstance(thing, Comment):
        return _decision_on_comment(thing, None, to=to)
    if isinstance(thing, Addendum):
        return _decision_on_addendum(thing, None, to=to)
    return _decision_on_proposal(thing, None, to=to)


def _decision_on_proposal(proposal: Proposal, decision: Decision | None, *, to: str) -> EmailMultiAlternatives:
    subject = (
        _("Your proposal no. %(number)s is published")
        if proposal.is_public
        else _("Your proposal no. %(number)s is not published")
    )
    return mail(
        "proposal_moderated",
        subject=subject % {"number": proposal.pk},
        to=to,
        proposal=proposal,
        url=absolute_url(proposal.get_absolute_url()),
        appeal_url=_appeal_url(decision),
    )


def _decision_on_comment(comment: Comment, decision: Decision | None, *, to: str) -> EmailMultiAlternatives:
    published = comment.state == Comment.State.PUBLISHED
    title = comment.discussion.subject_title
    subject = (
        _("Your comment on “%(title)s” is published") if published else _("Your comment on “%(title)s” is removed")
    )
    return mail(
        "comment_moderated",
        subject=subject % {"title": title},
        to=to,
        comment=comment,
        title=title,
        published=published,
        url=absolute_url(f"{comment.discussion.subject_url}#{comment.anchor}"),
        appeal_url=_appeal_url(decision),
    )


def _decision_on_addendum(addendum: Addendum, decision: Decision | None, *, to: str) -> EmailMultiAlternatives:
    subject = (
        _("Your addition to proposal no. %(number)s is published")
        if addendum.is_published
        else _("Your addition to proposal no. %(number)s is not shown")
    )
    return mail(
        "addendum_moderated",
        subject=subject % {"number": addendum.proposal_id},
        to=to,
        addendum=addendum,
        url=absolute_url(f"{addendum.proposal.get_absolute_url()}#{addendum.anchor}"),
        appeal_url=_appeal_url(decision),
    )


def coauthor_invited(invitation: Invitation) -> None:
    """Asks an address to join. The title goes along once a person has read it: nobody writes to strangers by us."""
    proposal = invitation.proposal
    send(
        "coauthor_invited",
        subject=_("%(name)s invites you to make a proposal together") % {"name": proposal.display_name},
        to=invitation.email,
        name=proposal.display_name,
        title=proposal.title if proposal.is_public and not proposal.needs_review else "",
        until=timezone.localdate(invitation.expires_at),
        url=absolute_url(invitation.url),
    )


def coauthor_removed(proposal: Proposal, person: User) -> None:
    """Tells a person that the first author has taken her out of the authors."""
    if person.is_active:
        send(
            "coauthor_removed",
            subject=_("You are no longer one of the authors of proposal no. %(number)s") % {"number": proposal.pk},
            to=person.email,
            proposal=proposal,
            name=proposal.display_name,
            url=absolute_url(proposal.get_absolute_url()) if proposal.is_public else "",
        )


def _appeal_url(decision: Decision | None) -> str:
    """Where the author asks for a second look. Before the decision is taken it has no number yet."""
    return absolute_url(reverse("participation:appeal", args=[decision.pk if decision else 0]))


def appeal_received(appeal: Appeal) -> None:
    """Tells the team that an author asks for a second look."""
    send(
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
    for address in addresses_told(appeal.decision.text):
        send(
            "appeal_upheld",
            subject=_("Another person has read your text again"),
            to=address,
            appeal=appeal,
            url=absolute_url(reverse("participation:appeal", args=[appeal.decision_id])),
        )


def comment_reported(report: Report) -> None:
    """Asks the moderators to read a comment again."""
    comment = report.comment
    send(
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
    send(
        "comment_concerns",
        subject=subject % {"name": name, "title": title},
        to=person.email,
        comment=comment,
        name=name,
        is_answer=is_answer,
        url=absolute_url(comment_url(comment, AnonymousUser())),
        mute_url=absolute_url(comment.discussion.follow_url),
    )
