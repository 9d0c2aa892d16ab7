"""Invites members to create an account, records refusals, and links new accounts to members."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from accounts.models import User
from committee.errors import InvitationRefused
from committee.invitations.notifications import AccountInvited
from committee.invitations.queries import ANOTHER_MEMBER, first_day, refusal_reason, without_account
from committee.models import AccountInvitation, Member
from committee.services.erasure import forget_invitation_mails
from common.limits import HOUR, allow

INVITED, JOINED = "committee.invite", "committee.join_account"
# Enough for a whole committee with its substitutes, and some corrections.
INVITATIONS_PER_OFFICER_AND_HOUR = 100


@transaction.atomic
def invite(*, invited: Iterable[tuple[Member, str]], by: User, now: datetime) -> int:
    """Invites each member at an address; returns how many. Raises `InvitationRefused` before sending any."""
    count = 0
    for chosen, written in invited:
        email = written.strip().lower()
        member = Member.objects.select_for_update(of=("self",)).select_related("invitation").get(pk=chosen.pk)
        if reason := refusal_reason(member, email, now=now):
            raise InvitationRefused(f"{member.name}: {reason}")
        if not allow("committee.invite", str(by.pk), limit=INVITATIONS_PER_OFFICER_AND_HOUR, seconds=HOUR, now=now):
            raise InvitationRefused(_("You sent many invitations within an hour. Try again in an hour."))
        new = AccountInvitation.new(member, email, begins_on=first_day(member, timezone.localdate(now)), now=now)
        try:
            with transaction.atomic():
                invitation, _created = AccountInvitation.objects.update_or_create(
                    member=member, defaults={"email": email, "sent_at": now, "valid_until": new.valid_until}
                )
        except IntegrityError as error:
            # Another officer has just invited another member at that address.
            raise InvitationRefused(f"{member.name}: {ANOTHER_MEMBER}") from error
        AccountInvited.invite(invitation, now=now)
        log(member, INVITED, user=by)
        count += 1
    return count


@transaction.atomic
def decline(*, invitation: AccountInvitation, now: datetime) -> None:
    """Records that the member declines, and erases the address, also from logged mails."""
    # The member may just have joined with the other button, which deletes the row.
    AccountInvitation.objects.filter(pk=invitation.pk).update(email="", refused_at=now)
    forget_invitation_mails([invitation.pk], now=now)


@transaction.atomic
def join_account(user: User, now: datetime) -> None:
    """Links `user`, who has just verified an address, to the member invited at that address.

    Does nothing if `user` has a seat already, or if the member no longer sits or has another account by now.
    """
    invitation = AccountInvitation.objects.waiting(now).filter(email=user.email).first()
    if invitation is None or Member.objects.filter(user=user).exists():
        return
    members = without_account(timezone.localdate(now)).select_related(None)
    member = members.select_for_update().filter(pk=invitation.member_id).first()
    if member is None:
        return
    member.user, member.is_leaving = user, False
    member.save(update_fields=["user", "is_leaving"])
    invitation.delete()
    log(member, JOINED, user=user)


@transaction.atomic
def forget_old_addresses(*, now: datetime) -> int:
    """Erases the addresses of unanswered invitations that have ended; returns how many."""
    over = AccountInvitation.objects.over(now)
    keys = list(over.values_list("pk", flat=True))
    forget_invitation_mails(keys, now=now)
    return over.filter(pk__in=keys).update(email="")
