"""Rights on the report of a year, and on the indicators of the committee."""

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


def can_define_indicators(person: Person) -> bool:
    """Proposes indicators, notes which session adopted one and on what terms, leaves one."""
    return person.has_perm("indicators.change_indicator")


def can_add_measurements(person: Person) -> bool:
    """Adds the value of a period, and corrects one."""
    return person.has_perm("indicators.add_measurement")
