"""The stored inventory matches the code, so that no feature disappears unnoticed."""

import pytest

from tools.inventory.sections import inventory
from tools.inventory.site import FOLDER, difference

ADVICE = "Run python -m tools.inventory; a line that vanishes is named in CHANGELOG.md with what replaces it."


@pytest.mark.django_db
@pytest.mark.one_database
def test_the_stored_inventory_is_that_of_the_code():
    stored = (FOLDER / "inventory.txt").read_text(encoding="utf-8")
    assert len(stored.splitlines()) > 1_500
    changed = difference(stored, inventory(), "inventory.txt")
    assert not changed, f"{ADVICE}\n{changed}"


def test_a_line_that_vanishes_is_found():
    """Control."""
    assert "\n-two" in difference("one\ntwo\n", "one\n", "inventory.txt")
    assert difference("one\n", "one\n", "inventory.txt") == ""
