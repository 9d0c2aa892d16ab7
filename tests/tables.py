"""Tables of cases in one world, and queries counted at two sizes of it.

What a case changes is undone, and every wrong cell is named in one message. Three rows and six show whether the number
of queries grows: large numbers of rows are for what has a limit.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext


@contextmanager
def undone() -> Iterator[None]:
    """Undoes what the block does to the database, and forgets what the process keeps of it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    caches["local"].clear()


def queries_of(client: Client, address: str) -> int:
    """The number of queries that the page at `address` costs once the process is warm."""
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
