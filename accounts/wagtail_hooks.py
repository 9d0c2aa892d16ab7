"""Wagtail hooks of accounts: mails and tick jobs."""

from datetime import datetime

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail import hooks

from accounts.admin.accounts import CloseAccounts, DataProtectionViewSet, PublicNamesViewSet, warn_without_second_factor
from accounts.admin.lost_factors import LostFactorsViewSet
from accounts.notifications import (
    AccountStateChanged,
    ActionCode,
    ColleagueInvited,
    DeletionPlanned,
    EmailChanged,
    EmailCode,
    EmailInUse,
    ErasureNear,
    ExportReady,
    FactorRemoval,
    KnownAccount,
    SafetyNotice,
    SignInCode,
    SignUpCode,
    UnknownAccount,
)
from accounts.personal_data import PERSONAL_DATA
from accounts.services.exports import make_exports
from accounts.services.factors import encrypt_again
from common.hooks import PERSONAL_DATA_HOOK
from mailing.hooks import ON_TICK, REGISTER_NOTIFICATIONS
from mailing.notifications import Notification

hooks.register(PERSONAL_DATA_HOOK, lambda: PERSONAL_DATA)
hooks.register("register_admin_viewset", DataProtectionViewSet)
hooks.register("register_admin_viewset", PublicNamesViewSet)
hooks.register("register_admin_viewset", LostFactorsViewSet)
hooks.register("register_bulk_action", CloseAccounts)


@hooks.register(REGISTER_NOTIFICATIONS)
def mails() -> list[type[Notification]]:
    return [
        *(AccountStateChanged, ActionCode, ColleagueInvited, DeletionPlanned, EmailChanged, EmailCode, EmailInUse),
        *(ErasureNear, ExportReady, FactorRemoval),
        *(KnownAccount, SafetyNotice, SignInCode, SignUpCode, UnknownAccount),
    ]


hooks.register("construct_homepage_panels", warn_without_second_factor)


@hooks.register(ON_TICK)
def build_data_exports(now: datetime) -> str:
    """Builds the pending data exports."""
    count = make_exports(now=now)
    return f"{count} copies of data made" if count else ""


@hooks.register("register_permissions")
def permission_of_data_officer() -> QuerySet[Permission]:
    """Adds the permission of the data-protection officer to the form of a group."""
    return Permission.objects.filter(content_type__app_label="common", codename="view_retentionrun")


@hooks.register(ON_TICK)
def renew_secrets(now: datetime) -> str:
    """Re-encrypts, with the current secret key, the second factors encrypted with a former one."""
    count = encrypt_again()
    return f"{count} second factors encrypted again" if count else ""
