"""Permissions on the sources, the reading list and the observations of the comparison (record, review)."""

from accounts.models import AnyUser
from veille.models import Observation
from veille.models.benchmark import ObservationQuerySet
from veille.models.withdrawals import is_withdrawn


def can_read_items(user: AnyUser) -> bool:
    """Returns whether the user may read the list « À lire », keep and set aside items, and make examples."""
    return user.has_perm("veille.change_readingitem")


def can_change_sources(user: AnyUser) -> bool:
    """Returns whether the user may add, import, pause and read sources."""
    return user.has_perm("veille.change_source")


def can_record_observations(user: AnyUser) -> bool:
    """Returns whether the user may record observations, one at a time or from a file."""
    return user.has_perm("veille.add_observation")


def can_read_over(user: AnyUser, observation: Observation) -> bool:
    """Returns whether the user may publish an unpublished observation as second reader, who is not its recorder.

    False if the recorder's account was deleted, since nothing proves that the reader is another person: the observation
    must be recorded again.
    """
    return (
        user.has_perm("veille.change_observation")
        and observation.published_at is None
        and observation.recorded_by_id not in (None, user.pk)
    )


def observations_to_read_over(user: AnyUser) -> ObservationQuerySet:
    """Returns the observations for which `can_read_over` is true, for lists and counts."""
    if not user.has_perm("veille.change_observation"):
        return Observation.objects.none()
    return Observation.objects.waiting().exclude(recorded_by=None).exclude(recorded_by=user.pk)


def can_withdraw(user: AnyUser, observation: Observation) -> bool:
    """Returns whether the user may withdraw an observation that is shown. One user is enough to remove an error."""
    is_shown = bool(observation.published_at) and observation.replaced_by_id is None and not is_withdrawn(observation)
    return user.has_perm("veille.change_observation") and is_shown
