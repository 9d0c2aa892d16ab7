"""Throw-away site with a frozen clock, and comparison with the stored inventory."""

import difflib
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import time_machine

from tools.demonstration import OF_ANOTHER_SITE, ROOT
from tools.screenshots import MOMENT

FOLDER = Path(__file__).parent


@contextmanager
def empty_site() -> Iterator[Path]:
    """Sets Django up on a migrated SQLite database in a temporary folder, at MOMENT; yields the folder."""
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(MOMENT, tick=False):
        for name in OF_ANOTHER_SITE:
            os.environ.pop(name, None)
        os.environ.update(VAR_DIR=folder, DJANGO_SETTINGS_MODULE="tools.inventory.settings")
        django.setup()
        # Refusals and missing pages are expected; their log is silenced.
        logging.disable(logging.ERROR)
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        yield Path(folder)


def difference(stored: str, found: str, name: str) -> str:
    """Returns the unified diff from `stored` to `found`; "" if they are equal."""
    lines = difflib.unified_diff(
        stored.splitlines(), found.splitlines(), f"stored {name}", f"found {name}", lineterm="", n=1
    )
    return "\n".join(lines)


def store_or_compare(path: Path, found: str, *, stored: str | None) -> int:
    """Writes `found`, or prints its difference from `stored`; returns the exit code."""
    if stored is None:
        path.write_text(found, encoding="utf-8")
        print(f"{len(found.splitlines())} lines in {path.relative_to(ROOT)}")
    elif changed := difference(stored, found, path.name):
        print(changed)
        print(f"{path.relative_to(ROOT)} is not what the code says.", file=sys.stderr)
        return 1
    return 0
