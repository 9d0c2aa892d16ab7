"""Queries on accounts: audiences, members, standing, inactivity, e-mail addresses, codes and second factors."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.app_settings import RECOVERY_CODE_COUNT
from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from accounts.hooks import finders_of_use, member_finders
from accounts.models import AccountCode, Audience, DataExport, User
from accounts.models.accounts import UserQuerySet
from accounts.models.names import speaks_for_others, squeezed


def members_at(moment: datetime) -> QuerySet[User]:
    """Returns the accounts of the members at `moment`; none if no app registers members."""
    accounts = User.objects.none()
    for find in member_finders():
        accounts |= find(moment)
    return accounts


def standing_of(accounts: Collection[User], moment: datetime) -> dict[int, list[str]]:
    """Returns, by primary key, what each of `accounts` is on the site: member of the committee, administrator, groups.

    The groups that come with an office of the committee are among them. Accounts that are nothing of this are left out.
    """
    keys = [account.pk for account in accounts]
    standing: dict[int, list[str]] = defaultdict(list)
    for key in members_at(moment).filter(pk__in=keys).values_list("pk", flat=True):
        standing[key].append(gettext("sits on the committee"))
    for account in accounts:
        if account.is_superuser:
            standing[account.pk].append(gettext("administrator of the site"))
    groups = User.objects.filter(pk__in=keys, groups__isnull=False).order_by("groups__name")
    for key, name in groups.values_list("pk", "groups__name"):
        standing[key].append(gettext("group “%(name)s”") % {"name": name})
    return dict(standing)


def accounts_of(audience: str, moment: datetime) -> QuerySet[User]:
    """Returns the active accounts in `audience` (a value of `Audience`) at `moment`."""
    match audience:
        case Audience.MEMBERS:
            accounts = members_at(moment)
        case Audience.RESIDENTS:
            accounts = User.objects.exclude(commune="")
        case _:
            accounts = User.objects.all()
    return active_at(accounts, moment)


def active_at(accounts: QuerySet[User], moment: datetime) -> QuerySet[User]:
    """Returns the subset of `accounts` that are active now and existed at `moment`."""
    return accounts.filter(is_active=True, date_joined__lte=moment)


def left_alone(*, since: datetime, now: datetime) -> UserQuerySet:
    """Returns the accounts unused after `since`, and not in use for any app (members, recipients of the digest…)."""
    accounts = User.objects.unused_since(since)
    for find in finders_of_use():
        accounts = accounts.exclude(pk__in=find(now).values("pk"))
    return accounts


def unused_with_rights(*, now: datetime) -> QuerySet[User]:
    """Returns the accounts unused for two years that are kept for their rights: an administrator decides."""
    unused = User.objects.unused_since(now - User.UNUSED_LIFE)
    return unused.exclude(pk__in=unused.without_rights().values("pk")).order_by("last_login", "pk")


def accounts_with_doubtful_names() -> list[User]:
    """Returns the active accounts whose name the rules refuse today and the team did not allow.

    The name is older than the rules, or is now that of a new team member.
    """
    team = dict(User.objects.with_rights().values_list("pk", "public_name"))
    names_of_team = {squeezed(name) for name in team.values()}
    names = User.objects.filter(is_active=True, public_name_allowed=False).values_list("pk", "public_name")
    doubtful = [
        pk
        for pk, name in names.iterator()
        if speaks_for_others(name) or (pk not in team and squeezed(name) in names_of_team)
    ]
    return list(User.objects.filter(pk__in=doubtful).order_by("public_name", "pk"))


def verified_emails(user: User) -> list[str]:
    """Returns the verified e-mail addresses of `user`, in lowercase, oldest first."""
    addresses = EmailAddress.objects.filter(user=user, verified=True).order_by("pk")
    return [email.lower() for email in addresses.values_list("email", flat=True)]


def emails_of(user: User) -> set[str]:
    """Returns the e-mail addresses of `user`: the one of the account, and the verified ones."""
    return {user.email, *verified_emails(user)}


def is_taken(email: str, *, by_others_than: User) -> bool:
    """Returns whether another account has `email`, as its address or as a verified one."""
    other_users = User.objects.exclude(pk=by_others_than.pk)
    return other_users.filter(Q(email=email) | Q(emailaddress__email=email, emailaddress__verified=True)).exists()


def pending_code(user: User, action: str, *, now: datetime) -> AccountCode | None:
    """Returns the code sent to `user` for `action`, if it can still be used."""
    codes = AccountCode.objects.filter(user=user, action=action, sent_at__gt=now - AccountCode.LIFE)
    return codes.filter(tries__lt=AccountCode.MAX_TRIES).first()


def second_factors() -> QuerySet[Authenticator]:
    """Returns the second factors of all accounts, without recovery codes."""
    return Authenticator.objects.filter(type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])


def factors_of(user: User) -> QuerySet[Authenticator]:
    """Returns the second factors of `user`, oldest first, without recovery codes."""
    return second_factors().filter(user=user).order_by("created_at", "pk")


def has_factor(user: User) -> bool:
    """Returns whether `user` has a second factor."""
    return factors_of(user).exists()


def unused_recovery_codes(user: User) -> int | None:
    """Returns the number of unused recovery codes of `user`, None if there are none. Does not decrypt them."""
    authenticator = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return None if authenticator is None else RECOVERY_CODE_COUNT - authenticator.data["used_mask"].bit_count()


def is_last_administrator(user: User) -> bool:
    """Returns whether `user` is the only active superuser."""
    administrators = User.objects.filter(is_superuser=True, is_active=True)
    return user.is_superuser and not administrators.exclude(pk=user.pk).exists()


def export_of_day(user: User, *, now: datetime) -> DataExport | None:
    """Returns the data export of `user`, built or not; None once it has expired."""
    export = DataExport.objects.filter(user=user).first()
    return None if export is None or export.is_over(now) else export
