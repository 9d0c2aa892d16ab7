"""Processes of the site as the image runs them, on the loopback interface, for `tools.proxy` and fault injection."""

import contextlib
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from scripts.run import CannotStart
from tools.demonstration import OF_ANOTHER_SITE, ROOT

HOST = "comite.example"
# Each address stands for a machine.
WEBS = ("127.0.0.2", "127.0.0.3")
ENTRYPOINT = ROOT / "docker" / "entrypoint.sh"
START_SECONDS = 120
# Sessions as made by signing in, of `count` users without edit permissions.
SIGN_IN = """
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
for user in get_user_model().objects.filter(is_active=True, is_superuser=False, groups=None).order_by("pk")[:{count}]:
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[-1]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    print(store.session_key)
"""


def environment(folder: Path, **variables: str) -> dict[str, str]:
    """Returns the environment of a site with production settings that stores everything in `folder`."""
    env = {name: value for name, value in os.environ.items() if name not in OF_ANOTHER_SITE}
    return {
        **env,
        "PATH": f"{Path(sys.executable).parent}:{env['PATH']}",
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": HOST,
        "DATABASE_URL": f"sqlite:///{folder / 'comite.sqlite3'}",
        # Nothing listens there: a notification that fails is not an error.
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "DEFAULT_FROM_EMAIL": "Comité <lettre@ville.fr>",
        **variables,
    }


def prepare(env: dict[str, str]) -> None:
    """Migrates, loads the demonstration and collects the static files. Raises CannotStart."""
    # Only the settings of `make run` include the demonstration.
    manage({**env, "DJANGO_SETTINGS_MODULE": "config.settings.dev"}, "-m", "scripts.prepare")
    manage(env, "manage.py", "collectstatic", "--noinput", "--verbosity", "0")


def manage(env: dict[str, str], *arguments: str) -> str:
    """Runs Python with `arguments`; returns its output. Raises CannotStart."""
    process = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    if process.returncode != 0:
        raise CannotStart(f"{' '.join(arguments)} failed:\n{process.stderr[-2000:]}")
    return process.stdout


def shell(env: dict[str, str], code: str) -> str:
    """Runs `code` in the site; returns its output. Raises CannotStart."""
    return manage(env, "manage.py", "shell", "--no-imports", "-c", code)


def sessions(env: dict[str, str], count: int = 1) -> list[str]:
    """Signs in `count` users; returns their session keys."""
    return shell(env, SIGN_IN.format(count=count)).split()


def start(role: str, *, env: dict[str, str], folder: Path, name: str, bind: str = "") -> subprocess.Popen[bytes]:
    """Starts `role` with the image's own script, changing only its address, in its own process group."""
    text = ENTRYPOINT.read_text()
    if "0.0.0.0:8000" not in text:
        raise LookupError("docker/entrypoint.sh binds to another address")
    script = folder / f"{name}.sh"
    script.write_text(text.replace("0.0.0.0:8000", bind))
    own = env | {"PROMETHEUS_MULTIPROC_DIR": str(folder / f"{name}-metrics")}
    with (folder / f"{name}.log").open("ab") as output:
        return subprocess.Popen(
            ["sh", str(script), role],
            cwd=ROOT,
            env=own,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kills a process group at once, like a machine failure."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def web(address: str, port: int, env: dict[str, str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a web server; yields its process once it is ready. Raises CannotStart."""
    process = start("web", env=env, folder=folder, name=f"web-{address}", bind=f"{address}:{port}")
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_ready(address, port):
            if process.poll() is not None or time.monotonic() > deadline:
                log = (folder / f"web-{address}.log").read_text()
                raise CannotStart(f"A web did not start. It said:\n{log[-2000:]}")
            time.sleep(0.2)
        yield process
    finally:
        kill(process)


def listens(address: str, port: int) -> bool:
    """Returns whether the socket is open, which it stays until the last process of the web server ends."""
    try:
        socket.create_connection((address, port), timeout=5).close()
    except OSError:
        return False
    return True


def is_ready(address: str, port: int) -> bool:
    """Returns whether the web server reports that it is ready."""
    connection = http.client.HTTPConnection(address, port, timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/readyz", headers={"Host": HOST})
        return connection.getresponse().status == http.client.OK
    return False
