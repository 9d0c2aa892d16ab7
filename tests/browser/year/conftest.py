"""Each quarter of the year begins with the stored site of the previous one."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
import time_machine
from django.db import connection

from tests.browser.walker import Walker
from tests.browser.year.story import Year, at
from tests.migrated import folder_of_the_run


@pytest.fixture
def year(live_server, settings, outbox, watched, tmp_path_factory) -> Iterator[Callable]:
    """Gives `year(*quarters)`: plays the last quarter, after the earlier ones if no stored site exists."""
    settings.BASE_URL = live_server.url
    folder = folder_of_the_run(tmp_path_factory)

    def play(*quarters: Callable[[Year], None]) -> None:
        before, last = quarters[:-1], quarters[-1]
        if before:
            if not (folder / f"{before[-1].__name__}.sqlite3").exists():
                play(*before)
            restore(before[-1].__name__)
        last(year)
        save(last.__name__)

    def save(name: str) -> None:
        with closing(sqlite3.connect(folder / f"{name}.sqlite3")) as database:
            connection.ensure_connection()
            connection.connection.backup(database)
        (folder / f"{name}.json").write_text(json.dumps(year.state()))

    def restore(name: str) -> None:
        with closing(sqlite3.connect(folder / f"{name}.sqlite3")) as database:
            connection.ensure_connection()
            database.backup(connection.connection)
        year.restore(json.loads((folder / f"{name}.json").read_text()))

    with time_machine.travel(at(1, 4)), watched(width=1280, statuses=(400, 403, 404, 422)) as page:
        year = Year(Walker(page, live_server.url))
        yield play
