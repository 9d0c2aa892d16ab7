"""Acts reported to the audit log by services (docs/audit-log.md).

Wagtail's own log, and signals of Django and allauth, are read directly: services do not report these acts again.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from common.hooks import AUDIT_HOOK


class Act(models.TextChoices):
    """Act. The part before the dot is its kind, by which the log is filtered."""

    SIGNED_IN = "sign_in.done", _("Signed in")
    SIGNED_OUT = "sign_in.out", _("Signed out")
    WRONG_PASSWORD = "sign_in.password", _("Sign-in refused: wrong password")
    WRONG_CODE = "sign_in.code", _("Sign-in refused: wrong code")
    WRONG_FACTOR = "sign_in.factor", _("Sign-in refused: wrong second factor")
    NOT_PROVED = "sign_in.provider", _("Sign-in refused: no proof of the provider")
    LIMIT_REACHED = "limit.reached", _("Refused: limit reached")
    GROUPS = "rights.groups", _("Groups of an account changed")
    PERMISSIONS = "rights.permissions", _("Permissions changed")
    SUPERUSER = "rights.superuser", _("Right of administrator changed")
    ACTIVE = "rights.active", _("Account opened or made inactive")
    CREATED = "account.created", _("Account created")
    PASSWORD = "account.password", _("Password changed")
    EMAIL = "account.email", _("E-mail address changed")
    FACTOR_ADDED = "account.factor_added", _("Second factor added")
    FACTOR_REMOVED = "account.factor_removed", _("Second factor removed")
    FACTOR_REMOVAL_ASKED = "account.factor_asked", _("Removal of a second factor asked for")
    LINKED = "account.linked", _("Identity at a provider linked")
    UNLINKED = "account.unlinked", _("Identity at a provider unlinked")
    SESSION_CLOSED = "account.session", _("Session closed")
    WRONG_CONFIRMATION = "account.code", _("Confirmation refused: wrong code")
    EXPORT_ASKED = "export.asked", _("Personal data asked for")
    EXPORT_TAKEN = "export.taken", _("Personal data downloaded")
    TABLE_TAKEN = "export.table", _("Spreadsheet downloaded")
    ERASURE_PLANNED = "erasure.planned", _("Erasure of an account planned")
    ERASED = "erasure.account", _("Account erased")


def record_act(
    act: Act, *, refused: bool = False, actor: Any = None, about: models.Model | None = None, details: str = ""
) -> None:
    """Reports `act` to the audit log: by `actor`, by default the user of the request; `about` an object.

    `details` are identifiers and numbers, never user-written text.
    """
    for record in hooks.get_hooks(AUDIT_HOOK):
        record(act, refused=refused, actor=actor, about=about, details=details)
