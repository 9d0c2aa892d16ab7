"""Users of the tests of trials: one of each role, with the permissions of its group."""

from django.contrib.auth.models import Group

from tests.factories import UserFactory


def user_in_groups(*groups):
    user = UserFactory()
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def coordinator():
    """Returns a member of « Animation », who coordinates the trials and may answer for the city."""
    return user_in_groups("Animation")


def service_agent():
    """Returns a member of a service of the city, without other permissions."""
    return user_in_groups("Services")


def desk_agent():
    return user_in_groups("Accueil")
