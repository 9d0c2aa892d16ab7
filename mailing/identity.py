"""Identity of the site to which the database belongs: a copy for tests, or a restored backup, must write to nobody.

`MAIL_IDENTITY` names the site; the first process that sends mail writes the name into an empty database. Later both
must be equal. `manage.py mail_identity` shows them, and adopts another name on purpose.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError

from mailing.models import Identity

logger = logging.getLogger(__name__)


def stored() -> str:
    """The name in the database; "" in a new one."""
    return Identity.objects.filter(pk=1).values_list("name", flat=True).first() or ""


def is_ours(*, now: datetime) -> bool:
    """Says whether this process may send what the database holds; logs an error if not. A new database is adopted."""
    identity, _created = Identity.objects.get_or_create(
        pk=1, defaults={"name": settings.MAIL_IDENTITY, "adopted_at": now}
    )
    if identity.name == settings.MAIL_IDENTITY:
        return True
    logger.error(
        "NO MAIL LEAVES: this database belongs to %r, and MAIL_IDENTITY is %r. On a copy that is right; "
        "if this is the site itself: manage.py mail_identity --adopt",
        identity.name,
        settings.MAIL_IDENTITY,
    )
    return False


def adopt(*, now: datetime) -> None:
    """Makes this the site to which the database belongs."""
    Identity.objects.update_or_create(pk=1, defaults={"name": settings.MAIL_IDENTITY, "adopted_at": now})


@register(Tags.database)
def check_identity(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Warns where nothing leaves. Django runs checks of this kind at `migrate` and at `check --database default`."""
    if "default" not in (databases or ()):
        return []
    try:
        name = stored()
    except DatabaseError:  # before the first migration
        return []
    if name in ("", settings.MAIL_IDENTITY):
        return []
    return [
        Warning(
            f"No mail leaves: this database belongs to {name!r}, and MAIL_IDENTITY is {settings.MAIL_IDENTITY!r}.",
            hint="On a copy that is right. If this is the site itself, run: manage.py mail_identity --adopt",
            id="mailing.W001",
        )
    ]


@register()
def check_patterns(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The addresses that come back to us must have a place for their token."""
    return [
        Error(f"{name} must hold {{token}}, for example retours+{{token}}@ville.example.", id="mailing.E001")
        for name in ("MAIL_BOUNCE_ADDRESS", "MAIL_UNSUBSCRIBE_ADDRESS")
        if (pattern := getattr(settings, name)) and "{token}" not in pattern.partition("@")[0]
    ]
