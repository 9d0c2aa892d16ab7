"""Newsletters: scheduling and enqueuing.

Only digest readers get a newsletter to readers, so that unsubscribing stops both. Members get theirs whatever their
choices. A newsletter is one batch of the outbox, with a key per recipient: enqueuing is idempotent, also after an
interruption.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from accounts.models import User
from accounts.queries import emails_of
from committee.convocations.queries.calls import has_email
from common.shown import Contents, Shown, fingerprint, require_shown
from digests import permissions
from digests.errors import NewsletterRefused
from digests.models import MEMBER_MESSAGE, NEWSLETTER, AddressedMember, Newsletter
from digests.notifications.member_message import MemberMessage
from digests.notifications.newsletter import NewsletterMail
from digests.queries.audience import audience_of, members_of
from digests.services import previews
from mailing.models import Batch, Message
from mailing.services import cancel

# Maximum lateness: if the site was down longer, a pending message is cancelled.
LIFE = timedelta(days=3)
PAGE = 500
# Value of `Newsletter.status_reason`.
LATE = "late"
# Action name in Wagtail's log.
ASK = "digests.ask_to_send"

Status = Newsletter.Status


def contents_of(newsletter: Newsletter) -> Contents:
    """Returns what is sent and to whom, for the pages that confirm it."""
    content = previews.for_newsletter(newsletter).content
    return {
        _("Subject line"): newsletter.subject,
        _("For"): newsletter.recipients_label,
        _("Text"): content.text if content else "",
    }


@transaction.atomic
def schedule(
    *, newsletter: Newsletter, actor: Any, shown: Shown, now: datetime, send_at: datetime | None = None
) -> Newsletter:
    """Schedules `newsletter` for `send_at`, or for the next tick; until then it cannot be edited.

    The log records the actor. Raises `NewsletterRefused` if it is no longer a draft, or has no e-mail recipient, and
    `ChangedMeanwhile` if `shown` is not the fingerprint of its contents.
    """
    newsletter = _locked(newsletter)
    if not newsletter.is_draft:
        raise NewsletterRefused(_("This message is already scheduled or sent."))
    require_shown(shown, newsletter, fingerprint(contents_of(newsletter)))
    if reason := refusal_reason(newsletter, now=now):
        raise NewsletterRefused(reason)
    newsletter.status, newsletter.send_at, newsletter.sent_by = Status.SCHEDULED, max(send_at or now, now), actor
    newsletter.save(update_fields=["status", "send_at", "sent_by"])
    data = {"audience": newsletter.audience, "topic": newsletter.topic_id, "send_at": newsletter.send_at.isoformat()}
    if newsletter.is_for_members:
        data |= {"group": newsletter.group, "college": newsletter.college, "session": newsletter.session_id}
    log(newsletter, "digests.schedule", user=actor, data=data)
    return newsletter


@transaction.atomic
def ask_to_send(*, newsletter: Newsletter, actor: Any, shown: Shown, now: datetime) -> Newsletter:
    """Marks `newsletter` as ready for users who may send it.

    Idempotent. Raises `PermissionDenied` if `actor` may not write it, `NewsletterRefused` if it is no longer a draft,
    or has no recipient, and `ChangedMeanwhile` if `shown` is not the fingerprint of its contents.
    """
    if not permissions.can_write_newsletter(actor, newsletter):
        raise PermissionDenied
    newsletter = _locked(newsletter)
    if not newsletter.is_draft:
        raise NewsletterRefused(_("This message is already scheduled or sent."))
    require_shown(shown, newsletter, fingerprint(contents_of(newsletter)))
    if reason := refusal_reason(newsletter, now=now):
        raise NewsletterRefused(reason)
    if newsletter.sending_asked_at is None:
        newsletter.sending_asked_at = now
        newsletter.save(update_fields=["sending_asked_at"])
        log(newsletter, ASK, user=actor)
    return newsletter


def refusal_reason(newsletter: Newsletter, *, now: datetime) -> str:
    """Returns why `newsletter` would have no recipient at `now`; "" if it has one."""
    if newsletter.is_for_members:
        members = members_of(newsletter, now=now)
        if members and not any(has_email(member) for member in members):
            return _("None of these members has an account: no e-mail would leave. Print the letter instead.")
        return "" if members else _("There is no member in this group. Choose another.")
    if audience_of(newsletter, now=now).exists():
        return ""
    return _("Nobody would get this message. Choose other readers.")


@transaction.atomic
def send_now(*, newsletter: Newsletter, actor: Any, now: datetime) -> Newsletter:
    """Makes a scheduled newsletter leave at the next tick. Raises `NewsletterRefused` once sending has begun."""
    newsletter = _locked(newsletter)
    _require_scheduled(newsletter)
    newsletter.send_at = now
    newsletter.save(update_fields=["send_at"])
    log(newsletter, "digests.schedule", user=actor, data={"send_at": now.isoformat()})
    return newsletter


def _require_scheduled(newsletter: Newsletter) -> None:
    if newsletter.is_draft or not newsletter.has_not_left:
        raise NewsletterRefused(_("This message does not wait for its date any more."))


@transaction.atomic
def unschedule(*, newsletter: Newsletter, actor: Any) -> Newsletter:
    """Turns a scheduled newsletter back into a draft, whose sending has to be requested again.

    Raises `NewsletterRefused` once sending has begun.
    """
    newsletter = _locked(newsletter)
    _require_scheduled(newsletter)
    newsletter.status, newsletter.send_at, newsletter.sent_by = Status.DRAFT, None, None
    newsletter.sending_asked_at = None
    newsletter.save(update_fields=["status", "send_at", "sent_by", "sending_asked_at"])
    log(newsletter, "digests.unschedule", user=actor)
    return newsletter


def plan_newsletters(*, now: datetime) -> int:
    """Enqueues the newsletters that are due; returns the number of mails. Idempotent."""
    due = Newsletter.objects.filter(status=Status.SCHEDULED, send_at__lte=now).order_by("send_at", "pk")
    return sum(_plan(newsletter, now) for newsletter in due)


def _plan(newsletter: Newsletter, now: datetime) -> int:
    """Enqueues the mails page by page, one transaction each; after an interruption, a rerun skips existing rows."""
    after, planned = 0, 0
    while True:
        with transaction.atomic():
            newsletter = _locked(newsletter)
            if newsletter.status != Status.SCHEDULED or newsletter.send_at is None:
                return planned
            if now >= newsletter.send_at + LIFE:
                newsletter.status, newsletter.status_reason = Status.CANCELLED, LATE
                newsletter.save(update_fields=["status", "status_reason"])
                log(newsletter, "digests.late")
                return planned
            if newsletter.is_for_members:
                readers, planned = [], _plan_for_members(newsletter, now)
            else:
                audience = audience_of(newsletter, now=now).filter(pk__gt=after)
                readers = list(audience.select_for_update(of=("self",)).order_by("pk")[:PAGE])
            if not readers:
                newsletter.status, newsletter.recipient_count = Status.PLANNED, planned
                newsletter.save(update_fields=["status", "recipient_count"])
                return planned
            NewsletterMail.plan_for(
                newsletter,
                readers,
                now=now,
                batch=_batch_of(newsletter, now),
                expires_at=newsletter.send_at + LIFE,
            )
            after, planned = readers[-1].pk, planned + len(readers)


def _plan_for_members(newsletter: Newsletter, now: datetime) -> int:
    """Enqueues the mails to members, and records those without e-mail. Returns the number of mails."""
    assert newsletter.send_at  # noqa: S101
    members = members_of(newsletter, now=now)
    addressed = [AddressedMember(newsletter=newsletter, member=member, by_mail=has_email(member)) for member in members]
    AddressedMember.objects.bulk_create(addressed, ignore_conflicts=True)
    if by_mail := [addressee for addressee in addressed if addressee.by_mail]:
        batch = _batch_of(newsletter, now)
        MemberMessage.plan_for(by_mail, now=now, batch=batch, expires_at=newsletter.send_at + LIFE)
    return len(by_mail)


def cancel_with_account(user: User, now: datetime) -> None:
    """Cancels the pending messages to a member whose account is deleted; their rows then lose the address.

    Other mails are cancelled by `accounts`, which leaves those of batches to the app that planned them.
    """
    messages = Message.objects.filter(kind=MEMBER_MESSAGE, to_email__in=emails_of(user))
    cancel(messages=messages, reason="account deleted")


def _batch_of(newsletter: Newsletter, now: datetime) -> Batch:
    if newsletter.batch is None:
        kind = MEMBER_MESSAGE if newsletter.is_for_members else NEWSLETTER
        newsletter.batch = Batch.objects.create(kind=kind, label=newsletter.subject, created_at=now)
        newsletter.save(update_fields=["batch"])
    return newsletter.batch


def _locked(newsletter: Newsletter) -> Newsletter:
    return Newsletter.objects.select_for_update().get(pk=newsletter.pk)
