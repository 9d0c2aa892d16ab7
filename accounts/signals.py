"""Signal receivers: erasure of personal data with the account, notices, and French names of permissions.

Django names permissions in English ("Can add poll"); the form of a group shows them.
"""

from typing import Any

from allauth.account.signals import email_confirmed, password_changed, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset, authenticator_used
from allauth.usersessions.models import UserSession
from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.db.models.signals import post_migrate, pre_delete, pre_save
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from accounts.hooks import account_opened
from accounts.models import User
from accounts.notifications import SafetyNotice
from accounts.queries import unused_recovery_codes
from accounts.services.erasure import erase_personal_data
from accounts.services.factors import note_new_factor
from accounts.services.sessions import end_on_change_of_password, keep_less, stay_signed_in

VERBS = {
    "add": _("Add: %(what)s"),
    "change": _("Change: %(what)s"),
    "delete": _("Delete: %(what)s"),
    "view": _("View: %(what)s"),
    "choose": _("Choose: %(what)s"),
    "publish": _("Publish: %(what)s"),
    "lock": _("Lock: %(what)s"),
    "unlock": _("Unlock: %(what)s"),
    "bulk_delete": _("Delete with what is below: %(what)s"),
}


def connect() -> None:
    """Connects the receivers; called once, when the app is ready."""
    email_confirmed.connect(open_account, dispatch_uid="accounts.open_account")
    for changed in (password_changed, password_set):
        changed.connect(end_on_change_of_password, dispatch_uid="accounts.end_sessions")
    password_changed.connect(notify_of_password, dispatch_uid="accounts.tell_of_password")
    password_set.connect(notify_of_first_password, dispatch_uid="accounts.tell_of_password")
    authenticator_added.connect(on_new_factor, dispatch_uid="accounts.on_new_factor")
    authenticator_removed.connect(on_removed_factor, dispatch_uid="accounts.on_removed_factor")
    authenticator_reset.connect(on_new_recovery_codes, dispatch_uid="accounts.on_new_recovery_codes")
    authenticator_used.connect(on_used_factor, dispatch_uid="accounts.on_used_factor")
    pre_save.connect(keep_less, sender=UserSession, dispatch_uid="accounts.keep_less")
    pre_delete.connect(erase_with_account, sender=User, dispatch_uid="accounts.erase_with_account")
    post_migrate.connect(name_permissions, dispatch_uid="accounts.name_permissions")


def open_account(email_address: Any, **kwargs: Any) -> None:
    account_opened(email_address.user, timezone.now())


def notify_of_password(user: User, **kwargs: Any) -> None:
    SafetyNotice(user, SafetyNotice.Change.PASSWORD).send(now=timezone.now())


def notify_of_first_password(user: User, **kwargs: Any) -> None:
    SafetyNotice(user, SafetyNotice.Change.FIRST_PASSWORD).send(now=timezone.now())


def on_new_factor(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Notifies the user of a new factor. Recovery codes come with the first factor and need no notice."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        note_new_factor(request, authenticator)
        stay_signed_in(request, user)
        SafetyNotice(user, SafetyNotice.Change.ADDED).send(now=timezone.now())


def on_removed_factor(request: HttpRequest | None, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Notifies the user of a removed factor, but not of recovery codes removed with the last one.

    There is no request when an operator removes factors: `remove_factors` does the rest.
    """
    if request and authenticator.type != Authenticator.Type.RECOVERY_CODES:
        stay_signed_in(request, user)
        SafetyNotice(user, SafetyNotice.Change.REMOVED).send(now=timezone.now())


def on_new_recovery_codes(request: HttpRequest, user: User, **kwargs: Any) -> None:
    stay_signed_in(request, user)
    SafetyNotice(user, SafetyNotice.Change.RENEWED).send(now=timezone.now())


def on_used_factor(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        SafetyNotice(user, SafetyNotice.Change.USED, unused_recovery_codes(user)).send(now=timezone.now())


def erase_with_account(instance: User, **kwargs: Any) -> None:
    erase_personal_data(user=instance, now=timezone.now())


def name_permissions(sender: AppConfig, **kwargs: Any) -> None:
    """Names permissions in the language of the site after `migrate`, from the verb and the model, or by translation.

    Our apps precede Django's in INSTALLED_APPS, so this receiver runs before the one that creates permissions: it
    creates them first, which has no effect on existing ones.
    """
    create_permissions(**kwargs)
    with override(settings.LANGUAGE_CODE):
        for permission in Permission.objects.filter(content_type__app_label=sender.label).select_related(
            "content_type"
        ):
            name = name_of(permission.codename, permission.content_type.model_class(), permission.name)
            if name != permission.name:
                Permission.objects.filter(pk=permission.pk).update(name=name)


def name_of(codename: str, model: type[Model] | None, name: str) -> str:
    """Returns the name of a permission, « Ajouter : sondage », else its name in the model, or `name` translated."""
    if model is not None:
        # A migration may have created it under another name than the model has now.
        if declared := dict(model._meta.permissions).get(codename):
            return str(declared)
        verb = codename.removesuffix(f"_{model._meta.model_name}")
        if verb in VERBS:
            return str(VERBS[verb]) % {"what": model._meta.verbose_name}
    return gettext(name)
