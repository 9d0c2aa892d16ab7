"""People of the tests of trials: one of each role, with the rights that its group has."""

from django.contrib.auth.models import Group

from tests.factories import UserFactory


def person_of(*groups):
    person = UserFactory()
    person.groups.set(Group.objects.filter(name__in=groups))
    return person


def coordinator():
    """Of « Animation »: coordinates the trials, and may answer for the city."""
    return person_of("Animation")


def service_agent():
    """Of a service of the city, and nothing else."""
    return person_of("Services")


def desk_agent():
    return person_of("Accueil")
