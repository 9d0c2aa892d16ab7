"""`among`: what `in` finds, on both databases."""

import pytest

from accounts.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_it_finds_what_in_finds():
    found = [UserFactory().pk for _number in range(3)]
    UserFactory()
    for keys in (found, set(found[:1]), [], [*found, 10**12]):
        expected = set(User.objects.filter(pk__in=keys).values_list("pk", flat=True))
        assert set(User.objects.filter(pk__among=keys).values_list("pk", flat=True)) == expected
