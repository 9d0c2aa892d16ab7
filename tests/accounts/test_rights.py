"""Permissions of a user: those of Django's backends, once the session has verified the second factor."""

import pytest
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import Group, Permission

from accounts.models import User
from accounts.signals import name_of
from participation.models import Comment
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
RIGHT = "polls.add_poll"


class Directory(BaseBackend):
    """Backend that grants one permission to everyone, as a directory of agents could."""

    def has_perm(self, user_obj, perm, obj=None):
        return perm == RIGHT


def rights(user):
    return [user.has_perm(permission) for permission in (RIGHT, "polls.change_poll", "accounts.change_user")]


def holders():
    """Returns a superuser, a user with a permission of a group, and a user without any."""
    root, member, resident = UserFactory(is_superuser=True), UserFactory(), UserFactory()
    group = Group.objects.create(name="Sondages")
    group.permissions.add(Permission.objects.get(codename="add_poll"))
    member.groups.add(group)
    return root, member, resident


def test_permissions_are_queried_once_per_account(django_assert_num_queries):
    root, member, resident = (User.objects.get(pk=one.pk) for one in holders())
    with django_assert_num_queries(4):
        assert [rights(one) for one in (root, member, resident)] == [[True] * 3, [True, False, False], [False] * 3]
        rights(member), rights(resident)


def test_other_backends_can_grant_permissions(settings):
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, f"{__name__}.Directory"]
    assert [rights(one) for one in holders()] == [[True] * 3, [True, False, False], [True, False, False]]


def test_no_permission_is_granted_before_the_second_factor(settings):
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, f"{__name__}.Directory"]
    for holder in holders():
        holder.proves_factor = lambda: False
        assert not holder.has_perm("nothing.at_all")
        assert holder.lacked_factor == holder.is_superuser
        assert rights(holder) == [False] * 3
        assert holder.lacked_factor


def test_permission_names_come_from_the_model():
    assert name_of("moderate_comment", Comment, "Can moderate comment") == "Peut publier ou retirer des commentaires"
    assert name_of("add_comment", Comment, "Can add comment") == "Ajouter : commentaire".replace(" :", "\xa0:")
