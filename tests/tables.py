"""Tables of cases in one world: what a case changed is undone, and every wrong cell is named in one message."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.core.cache import caches
from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """Undoes what the block does to the database, and forgets what the process keeps of it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    caches["local"].clear()


def assert_table(found: Mapping, expected: Mapping) -> None:
    """Compares two tables cell by cell."""
    cells = {**expected, **found}
    wrong = [
        f"{cell}: {found.get(cell, 'no such cell')!r}, expected {expected.get(cell, 'no such cell')!r}"
        for cell in cells
        if cell not in found or cell not in expected or found[cell] != expected[cell]
    ]
    assert not wrong, f"{len(wrong)} of {len(cells)} cells are wrong:\n" + "\n".join(wrong)
