"""Users of the tests of trials: one of each role, with the permissions of its group."""

from django.contrib.auth.models import Group

from tests.factories import UserFactory


def person_of(*groups):
    person = UserFactory()
    person.groups.set(Group.objects.filter(name__in=groups))
    return person


def coordinator():
    """Returns a member of « Animation », who coordinates the trials and may answer for the city."""
    return person_of("Animation")


def service_agent():
    """Returns a member of a service of the city, without other permissions."""
    return person_of("Services")


def desk_agent():
    return person_of("Accueil")
