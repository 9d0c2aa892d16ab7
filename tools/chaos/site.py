"""Processes of a site whose web server nobody needs: broker, two workers of two processes, beat."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scripts.run import CannotStart, Processes, start_beat, start_broker, start_worker

WORKERS = 2
# Longer than what a worker is given to end what it does (`mailing.tasks.DRAIN_SECONDS`).
STOP_SECONDS = 30


def wait_for(condition: Callable[[], Any], *, seconds: float, what: str) -> Any:
    """Returns what `condition()` says as soon as it is true. Raises CannotStart when it is not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise CannotStart(f"{what}: not within {seconds:.0f} seconds")
        time.sleep(0.05)
    return found


def answers(port: int) -> bool:
    """Returns whether something listens on `port` of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Site:
    """Starts the processes, each in a group of its own, kills them and starts them again. Logs are in `folder`."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        self.env, self.folder = env, folder
        self.processes = Processes()
        self.workers: list[subprocess.Popen[bytes]] = []
        self.starts = 0

    def start_broker(self) -> None:
        """On the first free port, later always on the same one."""
        url = start_broker(self.processes, env=self.env, var_dir=self.folder, url=self.env.get("REDIS_URL", ""))
        self.env["REDIS_URL"] = url
        self.broker = self.processes.processes[-1][1]
        wait_for(lambda: answers(int(url.rpartition(":")[2].partition("/")[0])), seconds=300, what="the broker")

    def kill_broker(self) -> None:
        self._kill(self.broker)

    def flush_broker(self) -> None:
        """Makes the broker forget all that it holds."""
        from redis import Redis

        with Redis.from_url(self.env["REDIS_URL"]) as client:
            client.flushall()

    def start_worker(self) -> None:
        self.starts += 1
        log = self.folder / f"worker-{self.starts}.log"
        self.workers.append(start_worker(self.processes, env=self.env, log=log))

    def start_beat(self) -> subprocess.Popen[bytes]:
        """One more scheduler; there may be several."""
        self.starts += 1
        return start_beat(self.processes, env=self.env, log=self.folder / f"beat-{self.starts}.log")

    def start_workers(self) -> None:
        for _ in range(WORKERS):
            self.start_worker()
        self.start_beat()

    def kill_worker(self) -> int:
        """Kills all processes of the oldest worker and starts a new one. Returns how many senders died."""
        worker = self.workers.pop(0)
        self._kill(worker)
        self.start_worker()
        return 2

    def kill_sender(self, choice: random.Random) -> int:
        """Kills one process that a worker made to do its tasks. Returns how many died."""
        senders = [pid for worker in self.workers for pid in children_of(worker.pid)]
        if not senders:
            return 0
        os.kill(choice.choice(senders), signal.SIGKILL)
        return 1

    def stop_worker(self) -> None:
        """Asks the oldest worker to stop, as a deployment does, while a new one starts."""
        worker = self.workers.pop(0)
        worker.send_signal(signal.SIGTERM)
        self.start_worker()
        self.processes.wait(worker, STOP_SECONDS)

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Asks a process to stop and waits for it."""
        process.send_signal(signal.SIGTERM)
        self.processes.wait(process, STOP_SECONDS)

    def stop(self) -> None:
        """Kills all of them: nothing here is worth an orderly end."""
        for _name, process in self.processes.processes[::-1]:
            self._kill(process)

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        self.processes.wait(process)


def children_of(pid: int) -> list[int]:
    """The processes that `pid` made (Linux)."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
