"""Controls of `tests/tables.py`: a wrong cell is found, whichever side has it, and a case leaves nothing behind."""

import pytest
from django.core.cache import caches

from accounts.models import User
from tests.factories import UserFactory
from tests.tables import assert_table, undone


def test_every_wrong_cell_is_named():
    assert_table({"a": 1, "b": None}, {"b": None, "a": 1})
    with pytest.raises(AssertionError) as fault:
        assert_table({"a": 1, "b": 2, "c": None}, {"a": 1, "b": 3, "d": None})
    assert str(fault.value).splitlines() == [
        "3 of 4 cells are wrong:",
        "b: 2, expected 3",
        "d: 'no such cell', expected None",
        "c: None, expected 'no such cell'",
    ]


def test_a_case_leaves_nothing_behind(db):
    with undone():
        UserFactory()
        caches["local"].set("a", 1)
        assert User.objects.exists()
    assert not User.objects.exists()
    assert caches["local"].get("a") is None
