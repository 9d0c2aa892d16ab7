"""Personal data of this app."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.users.models import UserProfile

from accounts.exports.personal_data import account_of, mails_of, rights_of
from accounts.models import AccountCode, DataExport, ErasedAccount, InactivityWarning, ProviderLink, User
from accounts.services.codes import forget_old_codes
from accounts.services.deletion import erase_due_accounts
from accounts.services.exports import delete_old_exports
from accounts.services.inactivity import erase_unproved, erase_unused
from accounts.services.sessions import forget_ended_sessions
from common.personal_data import HOUR, MINUTE, Basis, Export, Owned, PersonalData


def _unproved() -> QuerySet[User]:
    return User.objects.unproved(timezone.now())


def _warned() -> QuerySet[User]:
    warned = InactivityWarning.objects.values("user")
    return User.objects.get_queryset().with_last_sign_in().filter(pk__in=warned)


PERSONAL_DATA = [
    PersonalData(
        name="accounts.accounts",
        order=10,
        data=_("Accounts: e-mail address, displayed name, commune if given, groups, last sign-in, linked identities"),
        since=_("until the person deletes it, or it is unused for too long"),
        basis=Basis.MISSION,
        purpose=_("To take part, and to find one's own contributions."),
        rows=User.objects.all,
        exports=(
            account_of,
            Export(
                "account.addresses",
                _("E-mail addresses"),
                Owned(EmailAddress, "user"),
                ("email", "verified", "primary"),
            ),
            Export("account.groups", _("Groups"), Owned(Group, "user"), ("name",)),
            rights_of,
            Export(
                "account.providers",
                _("Identities linked to the account"),
                Owned(ProviderLink, "user"),
                ("issuer", "subject", "linked_at"),
            ),
            Export(
                "account.admin_preferences",
                _("Choices in the admin"),
                Owned(UserProfile, "user"),
                ("preferred_language", "current_time_zone", "theme", "contrast", "density", "avatar"),
                file="avatar",
            ),
            # `mailing` is below this app, and does not know whose an address is.
            mails_of,
        ),
    ),
    PersonalData(
        name="accounts.unproved",
        order=20,
        data=_("Accounts with an unverified address"),
        period=User.PROOF_DELAY,
        since=_("the day of the sign-up"),
        basis=Basis.MISSION,
        purpose=_("A code is valid for ten minutes; a week leaves time to start again."),
        rows=_unproved,
        moment="date_joined",
        erase=erase_unproved,
    ),
    PersonalData(
        name="accounts.unused",
        order=30,
        data=_("Unused accounts: two warnings by e-mail, 30 and 7 days before"),
        period=User.UNUSED_LIFE,
        since=_("the last sign-in; except accounts with a seat, rights in the admin, the digest or an open session"),
        basis=Basis.MISSION,
        purpose=_("CNIL (September 2025): two years without use, after a warning."),
        rows=_warned,
        moment="last_sign_in",
        erase=erase_unused,
    ),
    PersonalData(
        name="accounts.leaving",
        order=40,
        data=_("Accounts to be erased, as their owner or an administrator asked"),
        period=User.DELETION_DELAY,
        since=_("the day of the closure"),
        basis=Basis.MISSION,
        purpose=_("Time to change one's mind, or to react to a theft."),
        rows=User.objects.leaving,
        end="deletion_due_at",
        erase=erase_due_accounts,
        every=10 * MINUTE,
    ),
    PersonalData(
        name="accounts.codes",
        order=50,
        data=_("Codes that confirm an action of the account, as a keyed hash, and their recipient"),
        period=AccountCode.LIFE,
        since=_("the sending"),
        basis=Basis.MISSION,
        purpose=_("Older codes are invalid."),
        rows=AccountCode.objects.all,
        moment="sent_at",
        erase=forget_old_codes,
        every=10 * MINUTE,
    ),
    PersonalData(
        name="accounts.exports",
        order=60,
        data=_("Requested copies of personal data"),
        period=DataExport.LIFE,
        since=_("the time when it is ready"),
        basis=Basis.OBLIGATION,
        purpose=_("Right of access (GDPR, articles 15 and 20); time to download it."),
        rows=DataExport.objects.all,
        moment="ready_at",
        erase=delete_old_exports,
        every=10 * MINUTE,
    ),
    PersonalData(
        name="accounts.sessions",
        order=70,
        data=_("Open sessions: account, network without its last part, browser, and a text begun before signing in"),
        period=timedelta(seconds=settings.SESSION_COOKIE_AGE),
        since=_("the last change of the session"),
        basis=Basis.MISSION,
        purpose=_("To stay signed in for two weeks, and to sign out a lost device."),
        rows=Session.objects.all,
        end="expire_date",
        erase=forget_ended_sessions,
        every=HOUR,
        exports=(
            Export(
                "account.sessions",
                _("Devices where the account is signed in"),
                Owned(UserSession, "user"),
                ("created_at", "ip", "user_agent"),
            ),
        ),
    ),
    PersonalData(
        name="accounts.factors",
        order=75,
        data=_("Second factors: type, name, dates, and their secrets, encrypted"),
        since=_("until the person removes it, or the account is erased"),
        basis=Basis.MISSION,
        purpose=_("A stolen password alone must not be enough."),
        rows=Authenticator.objects.all,
        exports=(
            Export(
                "account.factors",
                _("Second factors"),
                Owned(Authenticator, "user"),
                ("type", "created_at", "last_used_at"),
            ),
        ),
    ),
    PersonalData(
        name="accounts.erased",
        order=80,
        data=_("Erased accounts, as a keyed hash"),
        since=_("without limit: the hash identifies nobody"),
        basis=Basis.OBLIGATION,
        purpose=_("To erase again the accounts that a restored backup contains (GDPR, article 17)."),
        rows=ErasedAccount.objects.all,
    ),
]
