"""Permissions on the annual report, and on the indicators of the committee."""

from typing import TYPE_CHECKING, TypeAlias

from indicators.models import Restitution

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Person: TypeAlias = "User | AnonymousUser"


def can_prepare_restitution(user: Person) -> bool:
    """Returns whether the user may build, edit and publish a report."""
    return user.has_perm("indicators.change_restitution")


def can_read_restitution(user: Person, restitution: Restitution) -> bool:
    """Returns whether the user may read a report: everyone once published, its editors before."""
    return restitution.is_published or can_prepare_restitution(user)


def can_define_indicators(user: Person) -> bool:
    """Returns whether the user may propose and abandon indicators, and record their adoptions."""
    return user.has_perm("indicators.change_indicator")


def can_add_measurements(user: Person) -> bool:
    """Returns whether the user may add and correct values."""
    return user.has_perm("indicators.add_measurement")
