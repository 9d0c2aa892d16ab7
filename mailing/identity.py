"""Identity of the site that owns the database, so that a test copy or a restored backup does not send mails.

`MAIL_IDENTITY` names the site; the first process that sends mail stores the name in an empty database. Later both must
be equal. `manage.py mail_identity` shows them, and adopts another name.
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
    """Returns the name stored in the database; "" in a new one."""
    return Identity.objects.filter(pk=1).values_list("name", flat=True).first() or ""


def is_ours(*, now: datetime) -> bool:
    """Returns whether this process may send the mails of the database; logs an error if not. Adopts a new database."""
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
    """Makes this site the owner of the database."""
    Identity.objects.update_or_create(pk=1, defaults={"name": settings.MAIL_IDENTITY, "adopted_at": now})


@register(Tags.database)
def check_identity(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Warns that no mail is sent. Database checks run at `migrate` and at `check --database default`."""
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
    """Checks that the addresses for returned mails contain a placeholder for the token."""
    return [
        Error(f"{name} must hold {{token}}, for example retours+{{token}}@ville.example.", id="mailing.E001")
        for name in ("MAIL_BOUNCE_ADDRESS", "MAIL_UNSUBSCRIBE_ADDRESS")
        if (pattern := getattr(settings, name)) and "{token}" not in pattern.partition("@")[0]
    ]
