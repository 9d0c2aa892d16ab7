"""Processes of a site without a web server: broker, two workers of two processes, beat."""

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
# Longer than the time in which a worker finishes its tasks (`mailing.tasks.DRAIN_SECONDS`).
STOP_SECONDS = 30


def wait_for(condition: Callable[[], Any], *, seconds: float, what: str) -> Any:
    """Returns the value of `condition()` once it is true. Raises CannotStart after `seconds`."""
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
    """Starts, kills and restarts the processes, each in its own process group. Logs are in `folder`."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        self.env, self.folder = env, folder
        self.processes = Processes()
        self.workers: list[subprocess.Popen[bytes]] = []
        self.starts = 0

    def start_broker(self) -> None:
        """Starts the broker, on a free port the first time and then always on the same one."""
        url = start_broker(self.processes, env=self.env, var_dir=self.folder, url=self.env.get("REDIS_URL", ""))
        self.env["REDIS_URL"] = url
        self.broker = self.processes.processes[-1][1]
        wait_for(lambda: answers(int(url.rpartition(":")[2].partition("/")[0])), seconds=300, what="the broker")

    def kill_broker(self) -> None:
        self._kill(self.broker)

    def flush_broker(self) -> None:
        """Flushes all data of the broker."""
        from redis import Redis

        with Redis.from_url(self.env["REDIS_URL"]) as client:
            client.flushall()

    def start_worker(self) -> None:
        self.starts += 1
        log = self.folder / f"worker-{self.starts}.log"
        self.workers.append(start_worker(self.processes, env=self.env, log=log))

    def start_beat(self) -> subprocess.Popen[bytes]:
        """Starts one more scheduler; there may be several."""
        self.starts += 1
        return start_beat(self.processes, env=self.env, log=self.folder / f"beat-{self.starts}.log")

    def start_workers(self) -> None:
        for _ in range(WORKERS):
            self.start_worker()
        self.start_beat()

    def kill_worker(self) -> int:
        """Kills all processes of the oldest worker and starts a new one. Returns the number of killed senders."""
        worker = self.workers.pop(0)
        self._kill(worker)
        self.start_worker()
        return 2

    def kill_sender(self, choice: random.Random) -> int:
        """Kills one child process of a worker. Returns the number of killed senders."""
        senders = [pid for worker in self.workers for pid in children_of(worker.pid)]
        if not senders:
            return 0
        os.kill(choice.choice(senders), signal.SIGKILL)
        return 1

    def stop_worker(self) -> None:
        """Terminates the oldest worker, as a deployment does, while a new one starts."""
        worker = self.workers.pop(0)
        worker.send_signal(signal.SIGTERM)
        self.start_worker()
        self.processes.wait(worker, STOP_SECONDS)

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Terminates a process and waits for it."""
        process.send_signal(signal.SIGTERM)
        self.processes.wait(process, STOP_SECONDS)

    def stop(self) -> None:
        """Kills all processes; a clean shutdown is not needed."""
        for _name, process in self.processes.processes[::-1]:
            self._kill(process)

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        self.processes.wait(process)


def children_of(pid: int) -> list[int]:
    """Returns the child processes of `pid` (Linux)."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
