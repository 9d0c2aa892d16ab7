"""Tables of cases checked in one database, and queries counted at two sizes of it.

The changes of each case are rolled back, and every wrong cell is listed in one message. Three and six rows are enough
to see whether the number of queries grows; large numbers of rows are for code with a limit.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext


@contextmanager
def undone() -> Iterator[None]:
    """Rolls back the database changes of the block and clears the caches of the process."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    caches["local"].clear()


def queries_of(client: Client, address: str) -> int:
    """Returns the number of queries of the page at `address` once the caches of the process are filled."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, address
    assert content, address
    return len(queries)


def assert_table(found: Mapping, expected: Mapping) -> None:
    """Compares two tables cell by cell."""
    cells = {**expected, **found}
    wrong = [
        f"{cell}: {found.get(cell, 'no such cell')!r}, expected {expected.get(cell, 'no such cell')!r}"
        for cell in cells
        if cell not in found or cell not in expected or found[cell] != expected[cell]
    ]
    assert not wrong, f"{len(wrong)} of {len(cells)} cells are wrong:\n" + "\n".join(wrong)
