"""Acts of a person about the own account."""

import datetime as dt

from accounts.models import AccountCode, DataExport
from accounts.notifications import ErasureNear, SafetyNotice
from accounts.services.codes import send_code
from accounts.services.deletion import plan_deletion
from accounts.services.emails import change_email
from accounts.services.exports import make_exports
from tools.mails.stage import Stage

NEW = "nouvelle.adresse@courriel.example"


def code_to_change_the_address(stage: Stage) -> str:
    """The code that goes to the new address."""
    send_code(user=stage.person("habitante"), action=AccountCode.Action.EMAIL, email=NEW, now=stage.now)
    return NEW


def code_to_delete_the_account(stage: Stage) -> str:
    """The code of a person who deletes the account."""
    user = stage.person("habitante")
    send_code(user=user, action=AccountCode.Action.DELETION, now=stage.now)
    return user.email


def address_in_use(stage: Stage) -> str:
    """Somebody wants an address that has another account."""
    taken = stage.person("membre").email
    send_code(user=stage.person("habitante"), action=AccountCode.Action.EMAIL, email=taken, now=stage.now)
    return taken


def address_changed(stage: Stage) -> str:
    """The former address reads that it is changed."""
    user = stage.person("habitante")
    change_email(user=user, email=NEW, now=stage.now)
    return user.email


def data_ready(stage: Stage) -> str:
    """The copy of the data can be downloaded."""
    user = stage.person("habitante")
    DataExport.objects.create(user=user, asked_at=stage.now)
    make_exports(now=stage.now)
    return user.email


def account_to_be_erased(stage: Stage) -> str:
    """The last mail to a person who deletes the account."""
    user = stage.person("habitante")
    plan_deletion(user=user, removes_texts=False, now=stage.now)
    return user.email


def unused_account_to_be_erased(stage: Stage) -> str:
    """A person who has not signed in for two years reads that the account will be erased."""
    user = stage.person("habitante")
    ErasureNear(user, stage.now + dt.timedelta(days=30)).send(now=stage.now)
    return user.email


def second_factor_added(stage: Stage) -> str:
    """A person reads that the account has a second factor."""
    return _told(stage, SafetyNotice.Change.ADDED)


def recovery_code_used(stage: Stage) -> str:
    """A person reads that a recovery code opened the account, and how many are left."""
    return _told(stage, SafetyNotice.Change.USED, left=4)


def second_factors_taken(stage: Stage) -> str:
    """A person reads that an operator took the second factors away."""
    return _told(stage, SafetyNotice.Change.TAKEN)


def password_changed(stage: Stage) -> str:
    """A person reads that the password is changed."""
    return _told(stage, SafetyNotice.Change.PASSWORD)


def _told(stage: Stage, change: SafetyNotice.Change, left: int | None = None) -> str:
    user = stage.person("animation")
    SafetyNotice(user, change, left).send(now=stage.now)
    return user.email
