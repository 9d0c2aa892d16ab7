"""Celery process with a shifted clock: `python -m tests.operations.jumping FILE …`; FILE has the offset in seconds."""

import contextlib
import datetime as dt
import importlib
import sys
import threading
import time
from pathlib import Path
from typing import Any

import time_machine


def follow(note: Path, traveller: Any) -> None:
    """Shifts the clock each time the number in the file changes. Sleeping uses a clock that is not shifted."""
    off = 0.0
    while True:
        with contextlib.suppress(OSError, ValueError):
            target = float(note.read_text())
            traveller.shift(target - off)
            off = target
        time.sleep(0.1)


if __name__ == "__main__":
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=True) as traveller:
        threading.Thread(target=follow, args=(Path(sys.argv[1]), traveller), daemon=True).start()
        # As `start_worker` and `start_beat` of `scripts.run`.
        module = "config.beat" if sys.argv[2] == "beat" else "config.celery"
        importlib.import_module(module).app.start(sys.argv[2:])
