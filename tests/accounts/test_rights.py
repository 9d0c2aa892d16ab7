"""What an account may do, as Django's own backend says it."""

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission

from accounts.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ASKED = ["accounts.change_user", "polls.add_poll", "polls.change_poll", "nothing.at_all"]


@pytest.fixture
def person():
    """Somebody with a right of her own, one of a group, and one that both of them give."""
    add, change, account = (
        Permission.objects.get(codename=name) for name in ("add_poll", "change_poll", "change_user")
    )
    person, group = UserFactory(), Group.objects.create(name="Deux")
    Group.objects.create(name="Une autre").permissions.set(Permission.objects.all())
    person.groups.add(group)
    group.permissions.set([change, account])
    person.user_permissions.set([add, account])
    return person


def answers(person):
    return [person.has_perm(asked) for asked in ASKED]


def of_django(person):
    return [ModelBackend().has_perm(person, asked) for asked in ASKED]


def test_rights_come_from_the_account_and_from_its_groups(person):
    person = User.objects.get(pk=person.pk)
    assert answers(person) == of_django(person) == [True, True, True, False]


@pytest.mark.parametrize(("field", "value", "expected"), [("is_active", False, False), ("is_superuser", True, True)])
def test_nothing_is_allowed_to_an_account_that_is_closed_and_all_to_who_may_all(person, field, value, expected):
    User.objects.filter(pk=person.pk).update(**{field: value})
    person = User.objects.get(pk=person.pk)
    assert answers(person)[:3] == of_django(person)[:3] == [expected] * 3


def test_nobody_has_rights_by_being_asked_first(person, django_assert_num_queries):
    person, other = User.objects.get(pk=person.pk), UserFactory()
    with django_assert_num_queries(2):
        assert answers(person) == [True, True, True, False]
        assert answers(other) == [False] * 4
        answers(person)


def test_nobody_has_a_right_over_one_object_alone(person):
    asked = [(one, one.has_perm("polls.add_poll", person)) for one in (person, UserFactory(is_superuser=True))]
    assert [answer for one, answer in asked] == [ModelBackend().has_perm(person, "polls.add_poll", person), True]


def test_the_only_backend_is_one_that_answers_as_that_of_django(settings):
    assert settings.AUTHENTICATION_BACKENDS == ["allauth.account.auth_backends.AuthenticationBackend"]
