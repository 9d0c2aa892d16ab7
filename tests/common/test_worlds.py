"""World of a class of tests (`world` in `tests/conftest.py`)."""

import datetime as dt

import pytest

from accounts.models import User
from tests.factories import UserFactory

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


class TestWorld:
    """Each test finds the world as it was built, and changes its rows and objects."""

    built = []

    @staticmethod
    def make_world():
        TestWorld.built.append(1)
        return {"odile": UserFactory(public_name="Odile"), "paul": UserFactory(public_name="Paul")}

    @pytest.mark.parametrize("attempt", [1, 2])
    def test_no_test_sees_a_change_of_another_one(self, world, attempt):
        assert len(self.built) == 1
        assert set(User.objects.values_list("public_name", flat=True)) == {"Odile", "Paul"}
        assert [world[name].public_name for name in ("odile", "paul")] == ["Odile", "Paul"]
        world["odile"].public_name = "Aïcha"
        world["odile"].save()
        world.pop("paul").delete()
        UserFactory()

    def test_world_is_built_at_the_time_of_its_tests(self, world):
        assert world["odile"].date_joined == NOW


def test_world_ends_with_its_class():
    assert not User.objects.exists()
