"""Mails about accounts: those of allauth (`templates/account/email/`), and those about personal data.

A mail to an address that does not belong to the account (any more) names the account in its context, so that the
erasure of the account finds it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountCode, DataExport, User
from accounts.permissions import can_enter_admin
from common.urls import absolute_url
from mailing.notifications import LibraryMail, Notification, Recipient


class SignInCode(LibraryMail):
    kind = "account.login_code"
    verbose_name = _("Code to sign in")
    template = "account/email/login_code_message"


class SignUpCode(LibraryMail):
    kind = "account.email_confirmation_signup"
    verbose_name = _("Code to create an account")
    template = "account/email/email_confirmation_signup_message"


class EmailCode(LibraryMail):
    kind = "account.email_confirmation"
    verbose_name = _("Code to check an e-mail address")
    template = "account/email/email_confirmation_message"


class UnknownAccount(LibraryMail):
    kind = "account.unknown_account"
    verbose_name = _("Sign-in with an unknown address")
    template = "account/email/unknown_account_message"


class KnownAccount(LibraryMail):
    kind = "account.account_already_exists"
    verbose_name = _("Sign-up with a known address")
    template = "account/email/account_already_exists_message"


@dataclass(frozen=True)
class ActionCode(Notification):
    """Confirmation code, sent to `email`: the new address if the action changes it."""

    user: User
    email: str
    action: str
    code: str

    kind = "account.action_code"
    verbose_name = _("Code to confirm a change of the account")
    template = "emails/accounts/action_code"
    subjects = ADDRESS, EXPORT, IDENTITY, DELETION = (
        _("Your code to change your address"),
        _("Your code to receive your data"),
        _("Your code to confirm that it is you"),
        _("Your code to delete your account"),
    )

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.email, context={"account": self.user.pk})]

    def subject(self) -> str:
        match self.action:
            case AccountCode.Action.EMAIL:
                return str(self.ADDRESS)
            case AccountCode.Action.EXPORT:
                return str(self.EXPORT)
            case AccountCode.Action.IDENTITY:
                return str(self.IDENTITY)
            case _:
                return str(self.DELETION)

    def context(self) -> dict[str, Any]:
        return {"code": self.code, "changes_address": self.action == AccountCode.Action.EMAIL}

    def expires_at(self, *, now: datetime) -> datetime:
        return now + AccountCode.LIFE


@dataclass(frozen=True)
class EmailInUse(Notification):
    """Sent in place of the code to an address that already has an account: another account cannot use it."""

    user: User
    email: str

    kind = "account.email_in_use"
    verbose_name = _("Change to an address that has an account")
    template = "emails/accounts/email_in_use"
    subjects = (_("This address already has an account"),)

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.email, context={"account": self.user.pk})]

    def context(self) -> dict[str, Any]:
        return {"url": absolute_url(reverse("account_login"))}


@dataclass(frozen=True)
class EmailChanged(Notification):
    """Notice to the former address: it can no longer sign in, and how to object."""

    user: User
    former: str

    kind = "account.email_changed"
    verbose_name = _("Address of the account changed")
    template = "emails/accounts/email_changed"
    subjects = (_("The address of your account is changed"),)

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.former, context={"account": self.user.pk})]

    def context(self) -> dict[str, Any]:
        return {"email": self.user.email, "url": absolute_url("/contact/")}


@dataclass(frozen=True)
class ExportReady(Notification):
    """Notice that an export can be downloaded, and until when."""

    export: DataExport

    kind = "account.export_ready"
    verbose_name = _("Copy of the data ready")
    template = "emails/accounts/export_ready"
    subjects = (_("Your data are ready"),)

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.export.user.email)]

    def context(self) -> dict[str, Any]:
        return {"ends_at": self.export.ends_at, "url": absolute_url(reverse("accounts:own_data"))}

    def expires_at(self, *, now: datetime) -> datetime | None:
        return self.export.ends_at


@dataclass(frozen=True)
class ErasureNear(Notification):
    """Warning after two years without sign-in: the account is erased at `due_at`, and how to keep it."""

    user: User
    due_at: datetime

    kind = "account.erasure_near"
    verbose_name = _("Unused account to be erased")
    template = "emails/accounts/erasure_near"
    subjects = (_("Your account will be erased if you do not sign in"),)

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.user.email)]

    def context(self) -> dict[str, Any]:
        return {"due_at": self.due_at, "url": absolute_url(reverse("account_login"))}

    def expires_at(self, *, now: datetime) -> datetime | None:
        return self.due_at


@dataclass(frozen=True)
class DeletionPlanned(Notification):
    """Last mail to a user whose account is deleted: date of the erasure, and how to cancel.

    `reason` is that of the administrator who deletes it, empty if the user does.
    """

    user: User
    reason: str = ""

    kind = "account.deletion_planned"
    verbose_name = _("Account to be erased")
    template = "emails/accounts/deletion_planned"
    subjects = (_("Your account will be erased"),)

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.user.email)]

    def context(self) -> dict[str, Any]:
        url = absolute_url(reverse("account_login"))
        return {"due_at": self.user.deletion_due_at, "reason": self.reason, "url": url}

    def expires_at(self, *, now: datetime) -> datetime | None:
        return self.user.deletion_due_at


@dataclass(frozen=True)
class ColleagueInvited(Notification):
    """Tells `user` that the administrator `by` created the account, and how to sign in."""

    user: User
    by: User

    kind = "account.invited"
    verbose_name = _("Account created by an administrator")
    template = "emails/accounts/invited"
    subjects = (_("You have an account on the site"),)

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.user.email)]

    def context(self) -> dict[str, Any]:
        is_team = can_enter_admin(self.user)
        target = reverse("wagtailadmin_home" if is_team else "accounts:home")
        return {
            "by": self.by.public_name,
            "email": self.user.email,
            "groups": ", ".join(sorted(group.name for group in self.user.groups.all())),
            "is_team": is_team,
            "url": absolute_url(reverse("account_request_login_code", query={"next": target})),
        }


@dataclass(frozen=True)
class AccountStateChanged(Notification):
    """Notice that an administrator closed the account, for a `reason`, or reopened it."""

    user: User
    reason: str = ""

    kind = "account.state"
    verbose_name = _("Account closed or reopened by an administrator")
    template = "emails/accounts/state_changed"
    subjects = CLOSED, REOPENED = (_("Your account is closed"), _("Your account is open again"))

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.user.email)]

    def subject(self) -> str:
        return str(self.REOPENED if self.user.is_active else self.CLOSED)

    def context(self) -> dict[str, Any]:
        url = reverse("account_login") if self.user.is_active else "/contact/"
        return {"is_open": self.user.is_active, "reason": self.reason, "url": absolute_url(url)}


@dataclass(frozen=True)
class SafetyNotice(Notification):
    """Notice that the password or a second factor changed, and how to object."""

    class Change(models.TextChoices):
        PASSWORD = "password", _("The password of your account is changed")
        FIRST_PASSWORD = "first_password", _("Your account has a password")
        ADDED = "added", _("A second factor is added to your account")
        REMOVED = "removed", _("A second factor of your account is removed")
        RENEWED = "renewed", _("The recovery codes of your account are replaced")
        USED = "used", _("A recovery code opened your account")
        LINKED = "linked", _("An identity at a provider opens your account")
        REMOVAL_ASKED = "removal_asked", _("The removal of your second factor is asked for")
        TAKEN = "taken", _("Your account has no second factor any more")

    user: User
    change: Change
    # Number of recovery codes left, if one was used.
    left: int | None = None

    kind = "account.safety"
    verbose_name = _("Password or second factor changed")
    template = "emails/accounts/safety_notice"
    subjects = tuple(change.label for change in Change)

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.user.email)]

    def subject(self) -> str:
        return str(self.change.label)

    def context(self) -> dict[str, Any]:
        return {"change": self.change.value, "left": self.left, "url": absolute_url(reverse("accounts:home"))}


@dataclass(frozen=True)
class FactorRemoval(Notification):
    """Asks the administrator `to` to agree that the second factors of `user` are removed, until the moment `until`.

    With `agreed_by`, tells `asked_by` that it is done.
    """

    user: User
    asked_by: User
    to: User
    url: str = ""
    until: datetime | None = None
    agreed_by: User | None = None

    kind = "account.factor_removal"
    verbose_name = _("Second factor to be removed for a person who lost it")
    template = "emails/accounts/factor_removal"
    subjects = ASKED, DONE = (_("A second factor to remove: do you agree?"), _("The second factor is removed"))

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.to.email, context={"account": self.user.pk})]

    def subject(self) -> str:
        return str(self.DONE if self.agreed_by else self.ASKED)

    def context(self) -> dict[str, Any]:
        return {
            "name": self.user.public_name,
            "email": self.user.email,
            "asked_by": self.asked_by.public_name,
            "agreed_by": self.agreed_by.public_name if self.agreed_by else "",
            "until": self.until,
            "url": self.url,
        }

    def expires_at(self, *, now: datetime) -> datetime | None:
        return self.until
