"""Who may build, publish and read the report of a year."""

from typing import TYPE_CHECKING, TypeAlias

from indicators.models import Restitution

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Person: TypeAlias = "User | AnonymousUser"


def can_prepare_restitution(person: Person) -> bool:
    """Builds the figures, writes the introduction, publishes."""
    return person.has_perm("indicators.change_restitution")


def can_read_restitution(person: Person, restitution: Restitution) -> bool:
    """Everyone reads what is published; who prepares it reads it before."""
    return restitution.is_published or can_prepare_restitution(person)
