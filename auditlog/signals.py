"""Receivers of signals of Wagtail, Django and allauth; other events come through `common.audit.record_act`."""

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.http import HttpRequest
from wagtail.models import GroupCollectionPermission, GroupPagePermission, ModelLogEntry, PageLogEntry

from accounts.models import User
from auditlog.services import record_logged
from common.audit import Act, record_act

# Fields of an account whose change ends or widens its access.
WATCHED = frozenset({"email", "password", "is_active", "is_superuser"})
GIVEN_TO_GROUPS = (GroupPagePermission, GroupCollectionPermission)


def connect() -> None:
    """Connects the receivers; called once, when the app is ready."""
    for log in (ModelLogEntry, PageLogEntry):
        post_save.connect(logged, sender=log, dispatch_uid=f"auditlog.{log.__name__}")
    user_logged_in.connect(signed_in, dispatch_uid="auditlog.signed_in")
    user_logged_out.connect(signed_out, dispatch_uid="auditlog.signed_out")
    user_login_failed.connect(password_refused, dispatch_uid="auditlog.password_refused")
    authentication_failed.connect(factor_refused, dispatch_uid="auditlog.factor_refused")
    post_save.connect(factor_added, sender=Authenticator, dispatch_uid="auditlog.factor_added")
    post_delete.connect(factor_removed, sender=Authenticator, dispatch_uid="auditlog.factor_removed")
    pre_save.connect(look_at_account, sender=User, dispatch_uid="auditlog.before")
    post_save.connect(account_saved, sender=User, dispatch_uid="auditlog.after")
    post_delete.connect(account_erased, sender=User, dispatch_uid="auditlog.erased")
    for link in (User.groups.through, User.user_permissions.through, Group.permissions.through):
        m2m_changed.connect(rights_changed, sender=link, dispatch_uid=f"auditlog.{link.__name__}")
    for permission_model in GIVEN_TO_GROUPS:
        post_save.connect(
            given_to_group, sender=permission_model, dispatch_uid=f"auditlog.{permission_model.__name__}.given"
        )
        post_delete.connect(
            taken_from_group, sender=permission_model, dispatch_uid=f"auditlog.{permission_model.__name__}.taken"
        )


def logged(instance: ModelLogEntry | PageLogEntry, created: bool, raw: bool, **kwargs: Any) -> None:
    if created and not raw:
        record_logged(instance)


def signed_in(user: User, **kwargs: Any) -> None:
    record_act(Act.SIGNED_IN, actor=user, about=user)


def signed_out(user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record_act(Act.SIGNED_OUT, actor=user, about=user)


def password_refused(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Records a refused password, with the account if it exists; the typed address is not stored."""
    typed = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    record_act(Act.WRONG_PASSWORD, refused=True, about=User.objects.filter(email=typed).first())


def factor_refused(user: User, **kwargs: Any) -> None:
    record_act(Act.WRONG_FACTOR, refused=True, about=user)


def factor_added(instance: Authenticator, created: bool, raw: bool, **kwargs: Any) -> None:
    """Records a new factor. allauth's signal is sent after the transaction, too late for the entry."""
    if created and not raw:
        record_act(Act.FACTOR_ADDED, about=User(pk=instance.user_id), details=instance.type)


def factor_removed(instance: Authenticator, **kwargs: Any) -> None:
    record_act(Act.FACTOR_REMOVED, about=User(pk=instance.user_id), details=instance.type)


def look_at_account(instance: User, raw: bool, update_fields: Iterable[str] | None, **kwargs: Any) -> None:
    """Stores the current database values of watched fields before a save."""
    watched = WATCHED if update_fields is None else WATCHED & set(update_fields)
    saved = User.objects.filter(pk=instance.pk) if watched and instance.pk and not raw else User.objects.none()
    instance._audited = saved.values(*watched).first() or {}  # type: ignore[attr-defined]


def account_saved(instance: User, created: bool, raw: bool, **kwargs: Any) -> None:
    if raw:
        return
    before = instance.__dict__.pop("_audited", {})
    changed = {name for name, value in before.items() if value != getattr(instance, name)}
    if created:
        record_act(Act.CREATED, about=instance)
    if "email" in changed:
        record_act(Act.EMAIL, about=instance)
    # A rehash of the same password (newer hasher) clears `_password` before saving.
    if "password" in changed and (
        getattr(instance, "_password", None) is not None or not instance.has_usable_password()
    ):
        record_act(Act.PASSWORD, about=instance)
    if "is_active" in changed:
        record_act(Act.ACTIVE, about=instance, details="opened" if instance.is_active else "closed")
    if "is_superuser" in changed or (created and instance.is_superuser):
        record_act(Act.SUPERUSER, about=instance, details="given" if instance.is_superuser else "taken")


def account_erased(instance: User, **kwargs: Any) -> None:
    record_act(Act.ERASED, about=instance)


def rights_changed(
    sender: Any, instance: Any, action: str, reverse: bool, model: Any, pk_set: set[int] | None, **kwargs: Any
) -> None:
    """Records changes of groups or permissions: one entry per account or group, with the primary keys concerned."""
    verb = {"post_add": "given", "post_remove": "taken", "pre_clear": "taken"}.get(action)
    if verb is None or (pk_set is not None and not pk_set):
        return
    if pk_set is None:
        links = sender._base_manager.filter(**{_key_to(type(instance), sender): instance.pk})
        pk_set = set(links.values_list(_key_to(model, sender), flat=True))
    holders = model._base_manager.filter(pk__in=pk_set) if reverse else [instance]
    pks = " ".join(map(str, sorted({instance.pk} if reverse else pk_set)))
    act = Act.GROUPS if sender is User.groups.through else Act.PERMISSIONS
    for holder in holders:
        record_act(act, about=holder, details=f"{verb} {pks}")


def _key_to(model: Any, link: Any) -> str:
    return next(field.attname for field in link._meta.fields if field.related_model is model)


def given_to_group(instance: GroupPagePermission | GroupCollectionPermission, raw: bool, **kwargs: Any) -> None:
    if not raw:
        _tell_of_group(instance, "given")


def taken_from_group(instance: GroupPagePermission | GroupCollectionPermission, **kwargs: Any) -> None:
    _tell_of_group(instance, "taken")


def _tell_of_group(permission: GroupPagePermission | GroupCollectionPermission, verb: str) -> None:
    # Uses primary keys: a deleted page or group no longer exists here.
    target = (
        f"page {permission.page_id}"
        if isinstance(permission, GroupPagePermission)
        else f"collection {permission.collection_id}"
    )
    record_act(
        Act.PERMISSIONS, about=Group(pk=permission.group_id), details=f"{verb} {permission.permission_id} {target}"
    )
