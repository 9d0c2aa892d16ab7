"""Journey through the reverse proxy: the production site, two web servers, and the nginx of this machine."""

import contextlib
import gzip
import html
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tools import webs
from tools.audit.report import Report
from tools.proxy import Answer, NoNginx, Proxy, find_nginx, free_ports, running_proxy

CACHED_PATHS = ("/", "/propositions/", "/actualites/", "/le-comite/")
NEVER_CACHED_PATHS = ("/compte/connexion/", "/lettre/inscription/", "/admin/login/")
TOKEN = "IjQyIg:1vPz3K:8pXkq-h1Tz_ff0q9e3tVw2yQp0A"  # noqa: S105 - the form of a key, of nothing
REQUESTS = 60
# In the menu of a signed-in user.
SIGNED_IN = ">Mon compte</a>"
# Maximum seconds that the cache may serve a withdrawn text, plus one second for the request.
MEMORY_SECONDS = 61
# A public comment and its page, then its refusal by a moderator.
FIND_COMMENT = """
from participation.models import Comment, Proposal
proposal = Proposal.objects.published().order_by("-comment_count").first()
comment = Comment.objects.published().filter(parent=None, discussion__proposal=proposal).earliest("pk")
print(comment.pk, proposal.get_absolute_url(), comment.body, sep=chr(9))
"""
HIDE_COMMENT = """
from django.utils import timezone
from accounts.models import User
from participation.models import Comment, Ground
from participation.services.moderation import decide
moderator = User.objects.filter(is_superuser=True).first()
decide(text=Comment.objects.get(pk={pk}), state=Comment.State.REFUSED, moderator=moderator, now=timezone.now(),
    ground=Ground.values[0], reason="Hors de la charte.")
"""


def check(folder: Path) -> Report:
    """Runs the journey on a new demonstration behind the proxy, in `folder`; SKIPPED without nginx."""
    try:
        tool = Path(find_nginx()).name
    except NoNginx as error:
        return Report("proxy", f"SKIPPED: {error}")
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "proxy").mkdir(parents=True)
    env = webs.environment(folder)
    webs.prepare(env)
    (port,) = free_ports(1)
    with contextlib.ExitStack() as stack:
        running = [stack.enter_context(webs.web(address, port, env, folder)) for address in webs.WEBS]
        try:
            proxy = stack.enter_context(running_proxy(folder / "proxy", addresses=list(webs.WEBS), web_port=port))
        except NoNginx as error:
            return Report("proxy", str(error), tool, [str(error)])
        faults = [*_anonymous(proxy), *signed_in(proxy, env), *_one_web_less(proxy, running)]
        seconds, problems = hidden_comment(proxy, env)
        faults += [*problems, *_logs(proxy)]
    summary = (
        f"{len(CACHED_PATHS)} pages from memory, {len(NEVER_CACHED_PATHS)} never, "
        f"{REQUESTS} requests while a web was killed, "
    )
    return Report("proxy", f"{summary}a hidden comment gone after {seconds:.0f} s", tool, faults)


def _anonymous(proxy: Proxy) -> Iterator[str]:
    for path in CACHED_PATHS:
        first, again = (proxy.get(path, Accept_Encoding="gzip, deflate, br") for _ in range(2))
        if (first.status, again.memory, again.headers["Content-Encoding"]) != (200, "HIT", "gzip"):
            yield f"{path}: {first.status}, then {again.memory or 'no memory'}: {again.headers['Content-Encoding']}"
        if first.body != again.body:
            yield f"{path}: the memory gives another page"
        if first.headers["X-Request-ID"] == again.headers["X-Request-ID"]:
            yield f"{path}: two requests have the number {again.headers['X-Request-ID']}"
    for path in NEVER_CACHED_PATHS:
        for _ in range(2):
            if (answer := proxy.get(path)).memory == "HIT":
                yield f"{path} came from memory"
        if "public" in answer.headers["Cache-Control"]:
            yield f"{path}: {answer.headers['Cache-Control']}"
    style = re.search(r'href="(/static/[^"]+\.css)"', _text(proxy.get("/")))
    if style is None or proxy.get(style[1], Accept_Encoding="br").headers["Content-Encoding"] not in ("br", None):
        yield "the style sheet is not as a browser asks for it"


def signed_in(proxy: Proxy, env: dict[str, str]) -> Iterator[str]:
    """Yields a fault for each response to a signed-in user that came from the cache or was stored in it."""
    (session,) = webs.sessions(env)
    proxy.get("/", Accept_Encoding="gzip")
    for _ in range(2):
        answer = proxy.get("/", Cookie=f"__Host-sessionid={session}", Accept_Encoding="gzip")
        if answer.memory != "BYPASS" or "private" not in answer.headers["Cache-Control"]:
            yield f"signed in: {answer.memory}, {answer.headers['Cache-Control']}"
        if SIGNED_IN not in _text(answer):
            yield "the session was not known: nothing is shown by this step"
    if SIGNED_IN in _text(proxy.get("/", Accept_Encoding="gzip")):
        yield "a page of a signed-in person was kept for others"


def hidden_comment(proxy: Proxy, env: dict[str, str]) -> tuple[float, list[str]]:
    """Hides a cached comment; returns the seconds until visitors no longer see it, and the faults."""
    pk, path, body = webs.shell(env, FIND_COMMENT).split("\t")
    # The longest part without signs that the page may write differently.
    words = max(re.split(r"[^\w ,.]", body), key=len).strip()

    def read_page() -> tuple[bool, str]:
        answer = proxy.get(path, Accept_Encoding="gzip")
        return words in html.unescape(_text(answer)), answer.memory

    read_page()
    if read_page() != (True, "HIT"):
        return 0, [f"{path}: the memory does not hold the comment: nothing is shown by this step"]
    webs.shell(env, HIDE_COMMENT.format(pk=pk))
    hidden_at = time.monotonic()
    while read_page()[0] and time.monotonic() - hidden_at < 2 * MEMORY_SECONDS:
        time.sleep(0.5)
    seconds = time.monotonic() - hidden_at
    late = f"{path}: a hidden comment was still read after {seconds:.0f} s"
    return seconds, [late] if seconds > MEMORY_SECONDS else []


def _one_web_less(proxy: Proxy, running: list[subprocess.Popen[bytes]]) -> Iterator[str]:
    bad = []
    for index in range(REQUESTS):
        if index == REQUESTS // 3:
            webs.kill(running[0])
        bad.append(proxy.get(f"/propositions/?page={index}").status)
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
