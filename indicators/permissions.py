"""Permissions on the annual report, and on the indicators of the committee."""

from accounts.models import AnyUser
from indicators.models import Restitution


def can_prepare_restitution(user: AnyUser) -> bool:
    """Returns whether the user may build, edit and publish a report."""
    return user.has_perm("indicators.change_restitution")


def can_read_restitution(user: AnyUser, restitution: Restitution) -> bool:
    """Returns whether the user may read a report: everyone once published, its editors before."""
    return restitution.is_published or can_prepare_restitution(user)


def can_define_indicators(user: AnyUser) -> bool:
    """Returns whether the user may propose and abandon indicators, and record their adoptions."""
    return user.has_perm("indicators.change_indicator")


def can_add_measurements(user: AnyUser) -> bool:
    """Returns whether the user may add and correct values."""
    return user.has_perm("indicators.add_measurement")
