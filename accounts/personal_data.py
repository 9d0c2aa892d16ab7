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
        what=_("Accounts: e-mail address, name, commune if given, groups, last sign-in, identities at a provider"),
        since=_("until the person deletes it, or nobody uses it any more"),
        basis=Basis.MISSION,
        why=_("To take part, and to find what one wrote."),
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
                _("Identities that open the account"),
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
        what=_("Accounts whose address nobody proved"),
        kept=User.PROOF_DELAY,
        since=_("the day on which it was opened"),
        basis=Basis.MISSION,
        why=_("A code works for ten minutes; a week leaves time to begin again."),
        rows=_unproved,
        moment="date_joined",
        erase=erase_unproved,
    ),
    PersonalData(
        name="accounts.unused",
        order=30,
        what=_("Accounts that nobody uses: two warnings by e-mail, 30 and 7 days before"),
        kept=User.UNUSED_LIFE,
        since=_("the last sign-in; not of who has a seat, rights in the admin, the letter or an open session"),
        basis=Basis.MISSION,
        why=_("CNIL (September 2025): two years without use, after a warning."),
        rows=_warned,
        moment="last_sign_in",
        erase=erase_unused,
    ),
    PersonalData(
        name="accounts.leaving",
        order=40,
        what=_("Accounts that their person closed"),
        kept=User.DELETION_DELAY,
        since=_("the day on which it was closed"),
        basis=Basis.MISSION,
        why=_("For so long one may take it back, or answer to a theft."),
        rows=User.objects.leaving,
        end="deletion_due_at",
        erase=erase_due_accounts,
        every=10 * MINUTE,
    ),
    PersonalData(
        name="accounts.codes",
        order=50,
        what=_("Codes that confirm an action of the account, under a keyed hash, and where they went"),
        kept=AccountCode.LIFE,
        since=_("the sending"),
        basis=Basis.MISSION,
        why=_("A code that is older opens nothing."),
        rows=AccountCode.objects.all,
        moment="sent_at",
        erase=forget_old_codes,
        every=10 * MINUTE,
    ),
    PersonalData(
        name="accounts.exports",
        order=60,
        what=_("Copies of the data that people asked for"),
        kept=DataExport.LIFE,
        since=_("the moment when it is ready"),
        basis=Basis.OBLIGATION,
        why=_("The right of access (GDPR, articles 15 and 20); the time to download it."),
        rows=DataExport.objects.all,
        moment="ready_at",
        erase=delete_old_exports,
        every=10 * MINUTE,
    ),
    PersonalData(
        name="accounts.sessions",
        order=70,
        what=_("Open sessions: account, network without its last part, browser, and a text begun before signing in"),
        kept=timedelta(seconds=settings.SESSION_COOKIE_AGE),
        since=_("the last change of the session"),
        basis=Basis.MISSION,
        why=_("To stay signed in for two weeks, and to close a device that was lost."),
        rows=Session.objects.all,
        end="expire_date",
        erase=forget_ended_sessions,
        every=HOUR,
        exports=(
            Export(
                "account.sessions",
                _("Devices on which the account is open"),
                Owned(UserSession, "user"),
                ("created_at", "ip", "user_agent"),
            ),
        ),
    ),
    PersonalData(
        name="accounts.factors",
        order=75,
        what=_("Second factors: type, name, dates, and their secrets, encrypted"),
        since=_("until the person removes it, or the account is erased"),
        basis=Basis.MISSION,
        why=_("To ask for a proof that a stolen password is not."),
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
        what=_("Accounts that were erased, under a keyed hash"),
        since=_("without limit: the hash tells nothing about anybody"),
        basis=Basis.OBLIGATION,
        why=_("To erase again what a restored backup brings back (GDPR, article 17)."),
        rows=ErasedAccount.objects.all,
    ),
]
