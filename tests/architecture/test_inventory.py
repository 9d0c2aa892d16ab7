"""The stored inventory matches the code, so that no feature disappears unnoticed."""

import pytest

from tools.inventory.sections import inventory
from tools.inventory.site import FOLDER, difference

ADVICE = "Run python -m tools.inventory; name each removed line in CHANGELOG.md with its replacement."


@pytest.mark.django_db
@pytest.mark.one_database
def test_stored_inventory_matches_the_code():
    stored = (FOLDER / "inventory.txt").read_text(encoding="utf-8")
    assert len(stored.splitlines()) > 1_500
    changed = difference(stored, inventory(), "inventory.txt")
    assert not changed, f"{ADVICE}\n{changed}"


def test_removed_line_is_found():
    """Control."""
    assert "\n-two" in difference("one\ntwo\n", "one\n", "inventory.txt")
    assert difference("one\n", "one\n", "inventory.txt") == ""
