"""Rights on the sources and the reading list; on the comparison of metropolises: describe, record, read over."""

from typing import TYPE_CHECKING, TypeAlias

from veille.models import Observation
from veille.models.benchmark import ObservationQuerySet
from veille.models.withdrawals import is_withdrawn

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Person: TypeAlias = "User | AnonymousUser"


def can_read_items(person: Person) -> bool:
    """Reads the list « À lire », keeps, sets aside and makes examples."""
    return person.has_perm("veille.change_readingitem")


def can_change_sources(person: Person) -> bool:
    """Adds sources and takes them in from a file, pauses them, has them read now."""
    return person.has_perm("veille.change_source")


def can_edit_benchmark(person: Person) -> bool:
    """Writes criteria and metropolises, and publishes a criterion."""
    return person.has_perm("veille.change_criterion")


def can_record_observations(person: Person) -> bool:
    """Records what was found, one finding at a time or from a file."""
    return person.has_perm("veille.add_observation")


def can_read_over(person: Person, observation: Observation) -> bool:
    """Publishes a finding that waits, as its second reader: never the person who recorded it.

    A finding whose recorder has no account any more has nobody to be the second after: it is recorded again.
    """
    return (
        person.has_perm("veille.change_observation")
        and observation.published_at is None
        and observation.recorded_by_id not in (None, person.pk)
    )


def observations_to_read_over(person: Person) -> ObservationQuerySet:
    """Returns the findings of which `can_read_over` says yes, for a list or a count."""
    if not person.has_perm("veille.change_observation"):
        return Observation.objects.none()
    return Observation.objects.waiting().exclude(recorded_by=None).exclude(recorded_by=person.pk)


def can_withdraw(person: Person, observation: Observation) -> bool:
    """Withdraws a published finding that stands: one person is enough to take away what is wrong."""
    is_shown = bool(observation.published_at) and observation.replaced_by_id is None and not is_withdrawn(observation)
    return person.has_perm("veille.change_observation") and is_shown
