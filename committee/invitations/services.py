"""Invite members to create an account, give the account to the member; give and end the rights of an office."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from accounts.models import User
from committee.errors import InvitationRefused, OfficeRightsRefused
from committee.invitations.notifications import AccountInvited, RightsEnding
from committee.invitations.queries import ANOTHER_MEMBER, refusal_reason, without_account
from committee.models import AccountInvitation, Member, OfficeRights
from committee.models.invitations import INVITATION_LIFE
from committee.models.office_rights import NOTICE
from committee.permissions import COORDINATION, holds_office
from committee.queries.office_rights import office_group, rights_with_reason
from committee.services.erasure import forget_invitation_mails
from common.limits import HOUR, allow

INVITED, JOINED = "committee.invite", "committee.join_account"
# A whole committee with its substitutes, and some corrections.
INVITATIONS_PER_OFFICER_AND_HOUR = 100


@transaction.atomic
def invite(*, invited: Iterable[tuple[Member, str]], by: User, now: datetime) -> int:
    """Invites each member at an address; returns how many. Raises `InvitationRefused`, then nobody is invited."""
    count = 0
    for chosen, written in invited:
        email = written.strip().lower()
        member = Member.objects.select_for_update(of=("self",)).select_related("invitation").get(pk=chosen.pk)
        if reason := refusal_reason(member, email, now=now):
            raise InvitationRefused(f"{member.name}: {reason}")
        if not allow("committee.invite", str(by.pk), limit=INVITATIONS_PER_OFFICER_AND_HOUR, seconds=HOUR, now=now):
            raise InvitationRefused(_("You sent many invitations within an hour. Try again in an hour."))
        try:
            with transaction.atomic():
                invitation, _created = AccountInvitation.objects.update_or_create(
                    member=member, defaults={"email": email, "sent_at": now}
                )
        except IntegrityError as error:
            # Another officer has just invited another member there.
            raise InvitationRefused(f"{member.name}: {ANOTHER_MEMBER}") from error
        AccountInvited.invite(invitation, now=now)
        log(member, INVITED, user=by)
        count += 1
    return count


@transaction.atomic
def decline(*, invitation: AccountInvitation, now: datetime) -> None:
    """Notes that the member wants no account, and forgets the address, in the traces of the mails too."""
    invitation.email, invitation.refused_at = "", now
    invitation.save(update_fields=["email", "refused_at"])
    forget_invitation_mails([invitation.pk], now=now)


@transaction.atomic
def join_account(user: User, now: datetime) -> None:
    """Gives `user`, who has just proved the own address, the seat of the member who was invited there.

    Nothing happens for who has a seat already, or when the member sits no more or has another account by now.
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
    """Forgets the addresses that nobody answered from within thirty days; returns how many."""
    over = AccountInvitation.objects.filter(sent_at__lte=now - INVITATION_LIFE).exclude(email="")
    keys = list(over.values_list("pk", flat=True))
    forget_invitation_mails(keys, now=now)
    return over.filter(pk__in=keys).update(email="")


@transaction.atomic
def give_office_rights(*, user: User, by: User, now: datetime) -> bool:
    """Puts the coordinator or the deputy into the group of the office, and notes that the office is why.

    Returns False for who is in the group already: those rights come from elsewhere, and the site never ends them.
    Raises `OfficeRightsRefused`.
    """
    group = office_group()
    if group is None:
        raise OfficeRightsRefused(_("The group of the coordination does not exist any more. Create it again first."))
    account = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not account.is_active or not holds_office(account, [*COORDINATION], timezone.localdate(now)):
        raise OfficeRightsRefused(_("This account does not hold the office today: no right is given."))
    if account.groups.filter(pk=group.pk).exists():
        return False
    account.groups.add(group)
    given = {"given_at": now, "given_by": by, "ends_on": None}
    OfficeRights.objects.update_or_create(user=account, group=group, defaults=given)
    return True


def end_office_rights(*, now: datetime) -> int:
    """Job of the tick: tells who holds no office any more, and ends the rights on the day told; returns how many.

    Idempotent. One query as long as nothing changes.
    """
    today, ended = timezone.localdate(now), 0
    for rights in rights_with_reason(today):
        is_told = rights.ends_on is not None
        is_over = rights.ends_on is not None and rights.ends_on <= today
        if not rights.is_in_group or is_told == rights.holds_office or is_over:
            ended += _bring_up_to_date(rights.pk, today, now)
    return ended


@transaction.atomic
def _bring_up_to_date(pk: int, today: date, now: datetime) -> bool:
    """Does what is due for one row, under its lock; returns whether the rights end."""
    OfficeRights.objects.select_for_update().filter(pk=pk).first()
    rights = rights_with_reason(today).filter(pk=pk).select_related("user", "group").first()
    if rights is None:
        return False
    if not rights.is_in_group:
        # An administrator ended them.
        rights.delete()
    elif rights.holds_office:
        rights.ends_on = None
        rights.save(update_fields=["ends_on"])
    elif rights.ends_on is None:
        rights.ends_on = today + NOTICE
        rights.save(update_fields=["ends_on"])
        RightsEnding(rights).send(now=now)
    elif rights.ends_on <= today:
        rights.user.groups.remove(rights.group)
        rights.delete()
        return True
    return False
