"""Acts of users on their own account."""

import datetime as dt

from allauth.mfa.models import Authenticator

from accounts.models import AccountCode, DataExport, User
from accounts.notifications import ErasureNear, FactorRemoval, SafetyNotice
from accounts.services.accounts import create_verified_user, invite_colleague
from accounts.services.closing import close_account, reopen_account
from accounts.services.codes import send_code
from accounts.services.deletion import plan_deletion
from accounts.services.emails import change_email
from accounts.services.exports import make_exports
from accounts.services.lost_factors import ask_to_remove_factors
from tools.mails.stage import Stage

NEW = "nouvelle.adresse@courriel.example"
REASON = "Vous avez deux comptes. Nous gardons celui que vous avez utilisé cette année."


def code_to_change_the_address(stage: Stage) -> str:
    """Requests another address: the code goes to the new one."""
    send_code(user=stage.user("habitante"), action=AccountCode.Action.EMAIL, email=NEW, now=stage.now)
    return NEW


def code_to_delete_the_account(stage: Stage) -> str:
    """Requests the code that confirms the deletion of the account."""
    user = stage.user("habitante")
    send_code(user=user, action=AccountCode.Action.DELETION, now=stage.now)
    return user.email


def address_in_use(stage: Stage) -> str:
    """Requests an address that belongs to another account."""
    taken = stage.user("membre").email
    send_code(user=stage.user("habitante"), action=AccountCode.Action.EMAIL, email=taken, now=stage.now)
    return taken


def address_changed(stage: Stage) -> str:
    """Changes the address: the former one is notified."""
    user = stage.user("habitante")
    change_email(user=user, email=NEW, now=stage.now)
    return user.email


def data_ready(stage: Stage) -> str:
    """Announces that the export of personal data can be downloaded."""
    user = stage.user("habitante")
    DataExport.objects.create(user=user, asked_at=stage.now)
    make_exports(now=stage.now)
    return user.email


def account_to_be_erased(stage: Stage) -> str:
    """Deletes an account: the last mail to its user."""
    user = stage.user("habitante")
    plan_deletion(user=user, removes_texts=False, now=stage.now)
    return user.email


def account_to_be_erased_by_an_administrator(stage: Stage) -> str:
    """Deletes the account of another person, with a reason."""
    user = stage.user("habitante")
    plan_deletion(user=user, removes_texts=False, by=stage.user("admin"), reason=REASON, now=stage.now)
    return user.email


def colleague_invited(stage: Stage) -> str:
    """Creates the account of a colleague: she learns how to sign in."""
    user = create_verified_user(email="nadia@ville.example", public_name="Nadia B.", groups=["Rédaction"])
    invite_colleague(user=user, by=stage.user("admin"), now=stage.now)
    return user.email


def account_closed(stage: Stage) -> str:
    """Closes the account of another person, with a reason."""
    user = stage.user("habitante")
    close_account(user=user, by=stage.user("admin"), reason=REASON, now=stage.now)
    return user.email


def account_reopened(stage: Stage) -> str:
    """Reopens a closed account."""
    user = stage.user("habitante")
    User.objects.filter(pk=user.pk).update(is_active=False)
    reopen_account(user=user, now=stage.now)
    return user.email


def unused_account_to_be_erased(stage: Stage) -> str:
    """Announces the erasure of an account unused for two years."""
    user = stage.user("habitante")
    ErasureNear(user, stage.now + dt.timedelta(days=30)).send(now=stage.now)
    return user.email


def second_factor_added(stage: Stage) -> str:
    """Notifies the user of a new second factor."""
    return _send_safety_notice(stage, SafetyNotice.Change.ADDED)


def recovery_code_used(stage: Stage) -> str:
    """Notifies the user of a sign-in by recovery code, with the number of codes left."""
    return _send_safety_notice(stage, SafetyNotice.Change.USED, left=4)


def second_factor_to_remove(stage: Stage) -> str:
    """Asks a second administrator to remove a lost second factor."""
    return _ask_to_remove_a_factor(stage)[1].email


def second_factor_removal_asked(stage: Stage) -> str:
    """Notifies the user that the removal of the second factor is asked for."""
    return _ask_to_remove_a_factor(stage)[0].email


def second_factor_removed(stage: Stage) -> str:
    """Tells the administrator who asked that a second one agreed."""
    user, other = _ask_to_remove_a_factor(stage)
    FactorRemoval(user, asked_by=stage.user("admin"), to=stage.user("admin"), agreed_by=other).send(now=stage.now)
    return stage.user("admin").email


def _ask_to_remove_a_factor(stage: Stage) -> tuple[User, User]:
    user = stage.user("animation")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": ""})
    other = User.objects.create_superuser("nadia@ville.example", public_name="Nadia B.")
    ask_to_remove_factors(user=user, by=stage.user("admin"), now=stage.now)
    return user, other


def second_factors_taken(stage: Stage) -> str:
    """Notifies the user that an operator removed the second factors."""
    return _send_safety_notice(stage, SafetyNotice.Change.TAKEN)


def password_changed(stage: Stage) -> str:
    """Notifies the user of a changed password."""
    return _send_safety_notice(stage, SafetyNotice.Change.PASSWORD)


def _send_safety_notice(stage: Stage, change: SafetyNotice.Change, left: int | None = None) -> str:
    user = stage.user("animation")
    SafetyNotice(user, change, left).send(now=stage.now)
    return user.email
