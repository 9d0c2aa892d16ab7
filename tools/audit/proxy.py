"""Journey through the reverse proxy: the site as in production, two webs, and the nginx of this machine before them."""

import contextlib
import gzip
import http.client
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from scripts.run import CannotStart
from tools.audit.report import Report
from tools.demonstration import OF_ANOTHER_SITE, ROOT
from tools.proxy import Answer, NoNginx, Proxy, find_nginx, free_ports, running_proxy

HOST = "comite.example"
WEBS = ("127.0.0.2", "127.0.0.3")
KEPT = ("/", "/propositions/", "/actualites/", "/le-comite/")
NEVER_KEPT = ("/compte/connexion/", "/lettre/inscription/", "/admin/login/")
TOKEN = "IjQyIg:1vPz3K:8pXkq-h1Tz_ff0q9e3tVw2yQp0A"  # noqa: S105 - the form of a key, of nothing
START_SECONDS = 120
REQUESTS = 60
# A session as signing in makes it, of an account that edits nothing.
SIGN_IN = """
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
user = get_user_model().objects.filter(is_active=True, is_superuser=False, groups=None).order_by("pk").first()
store = SessionStore()
store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[-1]
store[HASH_SESSION_KEY] = user.get_session_auth_hash()
store.create()
print(store.session_key)
"""
# In the menu of who is signed in.
SIGNED_IN = ">Mon compte</a>"


def check(folder: Path) -> Report:
    """Walks through a new demonstration behind the proxy, in `folder`; without nginx the report says so."""
    try:
        tool = Path(find_nginx()).name
    except NoNginx as why:
        return Report("proxy", f"SKIPPED: {why}")
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "proxy").mkdir(parents=True)
    env = _environment(folder)
    _prepare(env)
    (port,) = free_ports(1)
    with contextlib.ExitStack() as stack:
        webs = [stack.enter_context(_web(address, port, env, folder)) for address in WEBS]
        try:
            proxy = stack.enter_context(running_proxy(folder / "proxy", addresses=list(WEBS), web_port=port))
        except NoNginx as why:
            return Report("proxy", str(why), tool, [str(why)])
        session = _manage(env, "shell", "--no-imports", "-c", SIGN_IN).stdout.split()[-1]
        faults = [*_anonymous(proxy), *_signed_in(proxy, session), *_one_web_less(proxy, webs), *_logs(proxy)]
    summary = f"{len(KEPT)} pages from memory, {len(NEVER_KEPT)} never, {REQUESTS} requests while a web was killed"
    return Report("proxy", summary, tool, faults)


def _anonymous(proxy: Proxy) -> Iterator[str]:
    for path in KEPT:
        first, again = (proxy.get(path, Accept_Encoding="gzip, deflate, br") for _ in range(2))
        if (first.status, again.memory, again.headers["Content-Encoding"]) != (200, "HIT", "gzip"):
            yield f"{path}: {first.status}, then {again.memory or 'no memory'}: {again.headers['Content-Encoding']}"
        if first.body != again.body:
            yield f"{path}: the memory gives another page"
    for path in NEVER_KEPT:
        for _ in range(2):
            if (answer := proxy.get(path)).memory == "HIT":
                yield f"{path} came from memory"
        if "public" in answer.headers["Cache-Control"]:
            yield f"{path}: {answer.headers['Cache-Control']}"
    style = re.search(r'href="(/static/[^"]+\.css)"', _text(proxy.get("/")))
    if style is None or proxy.get(style[1], Accept_Encoding="br").headers["Content-Encoding"] not in ("br", None):
        yield "the style sheet is not as a browser asks for it"


def _signed_in(proxy: Proxy, session: str) -> Iterator[str]:
    for _ in range(2):
        answer = proxy.get("/", Cookie=f"__Host-sessionid={session}", Accept_Encoding="gzip")
        if answer.memory != "BYPASS" or "private" not in answer.headers["Cache-Control"]:
            yield f"signed in: {answer.memory}, {answer.headers['Cache-Control']}"
        if SIGNED_IN not in _text(answer):
            yield "the session was not known: nothing is shown by this step"
    if SIGNED_IN in _text(proxy.get("/", Accept_Encoding="gzip")):
        yield "a page of a signed-in person was kept for others"


def _one_web_less(proxy: Proxy, webs: list[subprocess.Popen[bytes]]) -> Iterator[str]:
    bad = []
    for number in range(REQUESTS):
        if number == REQUESTS // 3:
            webs[0].kill()
            webs[0].wait()
        bad.append(proxy.get(f"/propositions/?page={number}").status)
    if wrong := [status for status in bad if status >= 500]:
        yield f"{len(wrong)} of {REQUESTS} requests were answered {wrong[0]} while a web was killed"


def _logs(proxy: Proxy) -> Iterator[str]:
    proxy.get(f"/desinscription/{TOKEN}/")
    for name, text in (("access.log", proxy.access_log), ("error.log", proxy.error_log)):
        if TOKEN in text:
            yield f"{name} has the key of a link"
    if "/desinscription/***" not in proxy.access_log:
        yield "access.log does not say that a link was followed"


def _text(answer: Answer) -> str:
    body = gzip.decompress(answer.body) if answer.headers["Content-Encoding"] == "gzip" else answer.body
    return body.decode()


def _environment(folder: Path) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if name not in OF_ANOTHER_SITE}
    return {
        **env,
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": HOST,
        "DATABASE_URL": f"sqlite:///{folder / 'comite.sqlite3'}",
        # Nobody listens there: a doorbell that cannot be rung is no error.
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "DEFAULT_FROM_EMAIL": "Comité <lettre@ville.fr>",
    }


def _prepare(env: dict[str, str]) -> None:
    # Only the settings of `make run` know the demonstration.
    demonstration = {**env, "DJANGO_SETTINGS_MODULE": "config.settings.dev"}
    _manage(demonstration, "migrate", "--verbosity", "0")
    _manage(demonstration, "createcachetable")
    _manage(demonstration, "load_demo", "--verbosity", "0")
    _manage(env, "collectstatic", "--noinput", "--verbosity", "0")


def _manage(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotStart(f"{' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
    return done


@contextlib.contextmanager
def _web(address: str, port: int, env: dict[str, str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Runs gunicorn as the image does; gives it once it is ready. Raises CannotStart."""
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"{address}:{port}"]
    options = ["--worker-class", "gthread", "--workers", "1", "--threads", "4", "--no-control-socket"]
    log = folder / f"{address}.log"
    with log.open("wb") as output:
        process = subprocess.Popen([*command, *options], cwd=ROOT, env=env, stdout=output, stderr=output)
        try:
            deadline = time.monotonic() + START_SECONDS
            while not _is_ready(address, port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise CannotStart(f"A web did not start. It said:\n{log.read_text()[-2000:]}")
                time.sleep(0.2)
            yield process
        finally:
            process.terminate()
            process.wait()


def _is_ready(address: str, port: int) -> bool:
    connection = http.client.HTTPConnection(address, port, timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError):
        connection.request("GET", "/readyz", headers={"Host": HOST})
        return connection.getresponse().status == http.client.OK
    return False
