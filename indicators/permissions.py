"""Rights on the report of a year: prepare, read."""

from typing import TYPE_CHECKING, TypeAlias

from indicators.models import Restitution

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Person: TypeAlias = "User | AnonymousUser"


def can_prepare_restitution(person: Person) -> bool:
    """Prepares a report: builds the figures, writes the introduction, publishes."""
    return person.has_perm("indicators.change_restitution")


def can_read_restitution(person: Person, restitution: Restitution) -> bool:
    """Reads a report: everyone once it is published, those who prepare it before."""
    return restitution.is_published or can_prepare_restitution(person)
