"""Queries of invitations: members to invite, reasons for refusal, state of each invitation."""

from datetime import date, datetime, timedelta

from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from committee.models import AccountInvitation, Member
from common.templatetags.dates import short_day

AGAIN_AFTER = timedelta(days=7)
ANOTHER_MEMBER = gettext_lazy("Another member was invited at this address: one account is for one person.")


def without_account(today: date) -> QuerySet[Member]:
    """Returns the members without an account who sit or are to sit, by name, with their invitation. One query."""
    return Member.objects.sitting_or_to_come(today).filter(user=None).select_related("invitation")


def first_day(member: Member, today: date) -> date:
    """Returns the first day of the mandate of `member`, who sits or is to sit. One query."""
    first: date | None = member.mandates.not_over(today).aggregate(first=Min("starts_on"))["first"]
    return first or today


def invitation_of(member: Member) -> AccountInvitation | None:
    """Returns the latest invitation of `member`. No query if it was loaded with `select_related`."""
    return getattr(member, "invitation", None)


def invitation_state(member: Member, now: datetime) -> str:
    """Returns the state of the invitation of `member`, who has no account; "" without an invitation."""
    invitation = invitation_of(member)
    if invitation is None:
        return ""
    if invitation.refused_at:
        return _("Said no on %(day)s") % {"day": short_day(invitation.refused_at)}
    parameters = {"day": short_day(invitation.sent_at)}
    if invitation.is_waiting(now):
        return _("Invited on %(day)s") % parameters
    return _("Invited on %(day)s, no answer") % parameters


def refusal_reason(member: Member, email: str, *, now: datetime) -> str:
    """Returns why `member` cannot be invited at `email` (lower case) at `now`; "" if they can."""
    invitation = invitation_of(member)
    if member.user_id:
        return _("This member has an account already.")
    if not Member.objects.sitting_or_to_come(timezone.localdate(now)).filter(pk=member.pk).exists():
        return _("This person does not sit, and no mandate is to come.")
    if invitation and invitation.refused_at:
        return _("This member wants no account.")
    if User.objects.filter(email=email).exists():
        return _("This address has an account already: choose it on the page of the member.")
    if AccountInvitation.objects.filter(email=email).exclude(member=member).exists():
        return str(ANOTHER_MEMBER)
    if invitation and invitation.email == email and now < invitation.sent_at + AGAIN_AFTER:
        days = {"day": short_day(invitation.sent_at), "again": short_day(invitation.sent_at + AGAIN_AFTER)}
        return _("An invitation left for this address on %(day)s. Send another from %(again)s on.") % days
    return ""
