"""The mails of participation, one template pair each in `templates/emails/participation/`.

They go through `django.core.mail`, so into the outbox, in the transaction that decided: no decision without its mail
and no mail without its decision. An imported author has no account and gets none.
"""

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.models import SiteConfiguration
from common.urls import absolute_url
from participation import deadlines
from participation.models import Comment, Proposal, Report


def _send(template: str, *, subject: str, to: str, **context: Any) -> None:
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
    mail.send()


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


def proposal_moderated(proposal: Proposal) -> None:
    """Tells the author the decision; a refusal has its reason and how to appeal."""
    if proposal.author:
        subject = (
            _("Your proposal no. %(number)s is published")
            if proposal.is_public
            else _("Your proposal no. %(number)s is not published")
        )
        _send(
            "proposal_moderated",
            subject=subject % {"number": proposal.pk},
            to=proposal.author.email,
            proposal=proposal,
            url=absolute_url(proposal.get_absolute_url()),
        )


def comment_moderated(comment: Comment) -> None:
    """Tells the author the decision; a refusal has its reason and how to appeal."""
    if comment.author:
        published = comment.state == Comment.State.PUBLISHED
        title = comment.discussion.subject_title
        subject = (
            _("Your comment on “%(title)s” is published") if published else _("Your comment on “%(title)s” is removed")
        )
        _send(
            "comment_moderated",
            subject=subject % {"title": title},
            to=comment.author.email,
            comment=comment,
            title=title,
            published=published,
            url=absolute_url(f"{comment.discussion.subject_url}#{comment.anchor}"),
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
