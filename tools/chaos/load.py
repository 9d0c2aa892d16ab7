"""Load test with kills: a large production site behind its proxy, with visitors who read and write.

`make chaos ARGS=--load`: two web servers, two workers, PostgreSQL, Valkey; for ten minutes the broker, the mail server,
a worker or a web server is killed at random and restarted a little later. Only requests on a killed web server may
get a 5xx response; confirmed texts exist afterwards, exactly once. Times are printed and never fail the run.
"""

import contextlib
import json
import random
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.controller import Controller

from scripts.postgres import NoPostgres, throwaway_cluster
from scripts.run import CannotStart, free_port
from tools import webs
from tools.bench.sites import make_databases
from tools.chaos.sink import Sink
from tools.chaos.site import Site, wait_for
from tools.chaos.visitors import COMMENT, LETTER, Places, RequestRecord, Text, Visitor
from tools.proxy import NoNginx, find_nginx, free_ports, running_proxy

VISITORS, SESSIONS = 50, 200
LARGE = ["--accounts", "20000", "--proposals", "10000", "--comments", "100000", "--pages", "1000"]
QUICK = ["--accounts", "2000", "--proposals", "1000", "--comments", "10000", "--pages", "100"]
DOWN_SECONDS, QUIET_SECONDS = (1.0, 6.0), (2.0, 8.0)
# A mail claimed by a killed worker is sent again only after its lease.
DRAIN_SECONDS = 900
# Client addresses of the visitors, which the proxy reads from the header that it is configured to trust.
BEHIND_A_BALANCER = "set_real_ip_from 127.0.0.1;"
PLACES = """
import json
from django.urls import reverse
from django.utils import timezone
from participation.models import Discussion, Proposal
from participation.permissions import is_open_to_comments
from cms.models import NewsPage
now = timezone.now()
known = Discussion.objects.public().with_subject().filter(proposal__isnull=False, proposal__call=None)
some = [one for one in known.order_by("?")[:2000] if is_open_to_comments(one, now)]
print(json.dumps({
    "proposals": [one.get_absolute_url() for one in Proposal.objects.published().order_by("?")[:1000]],
    "forms": [reverse("participation:comment", args=[one.proposal.pk]) for one in some],
    "news": [one.url for one in NewsPage.objects.live().public().order_by("?")[:200]],
}))
"""
FOUND = """
import json
from participation.models import Comment
print(json.dumps(list(Comment.objects.order_by("-pk").values_list("body", flat=True)[:{count}])))
"""


@dataclass(frozen=True)
class Kill:
    """Killed process and time of the kill."""

    what: str
    started: float
    ended: float


@dataclass
class Verdict:
    """Results of the visitors. `problems` are sentences; none means success."""

    requests: list[RequestRecord]
    kills: list[Kill]
    texts: list[Text]
    found: Counter[str]
    # Lines of the proxy's log with a 5xx status.
    log: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    in_flight: int = 0
    failed: int = 0
    lost: int = 0
    twice: int = 0

    def judge(self) -> None:
        """Counts and adds the problems; too few requests or kills for a meaningful result are problems too."""
        deaths = [kill for kill in self.kills if kill.what == "web"]
        for record in self.requests:
            if record.status and record.status < 500:
                continue
            if any(record.started <= kill.ended and kill.started <= record.ended for kill in deaths):
                self.in_flight += 1
            else:
                self.failed += 1
                since = min((record.ended - kill.ended for kill in deaths if kill.ended < record.ended), default=None)
                when = "before any web was killed" if since is None else f"{since:.1f} s after a web was killed"
                answer = f"{record.status or 'no answer'} after {record.seconds:.1f} s, {when}"
                self.problems.append(f"{record.kind} {record.path}: {answer}")
        self.lost = sum(text.confirmed and not self.found[text.words] for text in self.texts)
        self.twice = sum(self.found[text.words] > 1 for text in self.texts)
        if self.lost:
            self.problems.append(f"{self.lost} texts were confirmed and are not there")
        if self.twice:
            self.problems.append(f"{self.twice} texts are there more than once")
        for kind in (COMMENT, LETTER):
            if not any(text.confirmed for text in self.texts if text.kind == kind):
                self.problems.append(f"no {kind} was confirmed: nothing is shown")
        if missing := {"web", "worker", "broker", "SMTP"} - {kill.what for kill in self.kills}:
            self.problems.append(f"never killed: {', '.join(sorted(missing))}")

    def table(self) -> str:
        """Returns the times by kind of request, as Markdown."""
        head = ["request", "answers", "from memory", "in flight", "p50", "p95", "longest"]
        rows = [head, ["---", *["--:"] * (len(head) - 1)]]
        for kind in [*dict.fromkeys(record.kind for record in self.requests), "all"]:
            own = [record for record in self.requests if kind in (record.kind, "all")]
            times = sorted(record.seconds for record in own)
            bad = sum(not record.status or record.status >= 500 for record in own)
            hit_rate = sum(record.memory == "HIT" for record in own) / len(own)
            figures = [statistics.median(times), times[min(len(times) - 1, int(len(times) * 0.95))], times[-1]]
            rows.append(
                [
                    kind,
                    str(len(own)),
                    f"{hit_rate:.0%}",
                    str(bad),
                    *(f"{1000 * duration:.0f} ms" for duration in figures),
                ]
            )
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def last_line(self) -> str:
        confirmed = sum(text.confirmed for text in self.texts if text.kind == COMMENT)
        return (
            f"answers={len(self.requests)} failed={self.failed} in_flight={self.in_flight} kills={len(self.kills)} "
            f"comments={confirmed} lost={self.lost} twice={self.twice}"
        )


class Killer(threading.Thread):
    """Thread that kills the parts equally often, in random order, until `until`."""

    def __init__(self, parts: dict[str, Callable[[float], None]], until: float, choice: random.Random) -> None:
        super().__init__(daemon=True)
        self.parts, self.until, self.choice = parts, until, choice
        self.kills: list[Kill] = []
        self.problems: list[str] = []

    def run(self) -> None:
        try:
            while True:
                for what in self.choice.sample(list(self.parts), len(self.parts)):
                    time.sleep(self.choice.uniform(*QUIET_SECONDS))
                    if time.monotonic() > self.until:
                        return
                    self.parts[what](self.choice.uniform(*DOWN_SECONDS))
        except Exception as error:
            self.problems.append(f"the killer stopped: {type(error).__name__}: {error}")

    @contextlib.contextmanager
    def noting(self, what: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.kills.append(Kill(what, started, time.monotonic()))


class Mails:
    """Mail server that can be stopped and restarted on the same port."""

    def __init__(self, log: Path) -> None:
        self.sink, self.port = Sink(log), free_port()
        self.start()

    def start(self) -> None:
        self.controller = Controller(self.sink, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()


def play(seed: int, minutes: float, *, quick: bool) -> int:
    """Makes the site, runs visitors and killer on it, prints the results. Returns the exit code."""
    folder = Path(tempfile.mkdtemp(prefix="load-"))
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:4.0f} s  {text}", flush=True)

    try:
        find_nginx()
        with throwaway_cluster() as url:
            (database,) = make_databases(url, folder, {"load": QUICK if quick else LARGE}, say)
            verdict = _visit(database.env["DATABASE_URL"], folder, seed, minutes * 60, say)
    except (NoNginx, NoPostgres) as why:
        say(f"SKIPPED: there is no load without it: {why}")
        return 0
    except CannotStart as problem:
        say(str(problem))
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{verdict.table()}\n\nKilled: {dict(Counter(kill.what for kill in verdict.kills))}\n")
    for problem, times in Counter(verdict.problems).most_common(40):
        print(f"WRONG: {problem}" + (f" ({times} times)" if times > 1 else ""))
    if verdict.failed:
        print("\n".join(["", "The proxy said:", *verdict.log[:40], ""]))
    print(verdict.last_line(), flush=True)
    return int(bool(verdict.problems))


def _visit(url: str, folder: Path, seed: int, seconds: float, say: Callable[[str], None]) -> Verdict:
    choice = random.Random(seed)  # noqa: S311 - repeatable, guards nothing
    (port,) = free_ports(1)
    with contextlib.ExitStack() as stack:
        mails = Mails(folder / "taken.tsv")
        stack.callback(mails.stop)
        env = webs.environment(
            folder, DATABASE_URL=url, REDIS_URL="", EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(mails.port), TICK_SECONDS="2"
        )
        site = Site(env, folder)
        stack.callback(site.stop)
        site.start_broker()
        webs.manage(env, "manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        site.start_workers()
        running = {address: _start_web(address, port, env, folder) for address in webs.WEBS}
        stack.callback(lambda: [webs.kill(process) for process in running.values()])
        for address in webs.WEBS:
            _wait_for_web(address, port)
        proxy = stack.enter_context(
            running_proxy(folder / "proxy", addresses=list(webs.WEBS), web_port=port, proxy_conf=BEHIND_A_BALANCER)
        )
        places = _places(webs.shell(env, PLACES))
        sessions = webs.sessions(env, SESSIONS)
        until = time.monotonic() + seconds

        def kill_web(down: float) -> None:
            address = choice.choice(webs.WEBS)
            with killer.noting("web"):
                webs.kill(running[address])
                # On a busy machine, killed processes take longer to end.
                wait_for(lambda: not webs.listens(address, port), seconds=60, what="the death of a web")
            time.sleep(down)
            running[address] = _start_web(address, port, env, folder)
            _wait_for_web(address, port)

        def kill_broker(down: float) -> None:
            with killer.noting("broker"):
                site.kill_broker()
            time.sleep(down)
            site.start_broker()

        def kill_worker(down: float) -> None:
            with killer.noting("worker"):
                site.kill_worker()

        def kill_smtp(down: float) -> None:
            with killer.noting("SMTP"):
                mails.stop()
            time.sleep(down)
            mails.start()

        parts = {"web": kill_web, "broker": kill_broker, "worker": kill_worker, "SMTP": kill_smtp}
        killer = Killer(parts, until - max(DOWN_SECONDS), choice)
        own = SESSIONS // VISITORS
        visitors = [
            Visitor(index, proxy.port, places, sessions[index * own : (index + 1) * own], until, seed)
            for index in range(VISITORS)
        ]
        say(f"{VISITORS} visitors for {seconds:.0f} s ...")
        for thread in (*visitors, killer):
            thread.start()
        for thread in (*visitors, killer):
            thread.join()
        say("Waiting for the last mails ...")
        texts = [text for visitor in visitors for text in visitor.texts]
        found = _count_texts(env, mails.sink, texts)
        verdict = Verdict([record for visitor in visitors for record in visitor.requests], killer.kills, texts, found)
        verdict.problems += [problem for thread in (*visitors, killer) for problem in thread.problems]
        verdict.log = [line for line in proxy.access_log.splitlines() if line.split()[4] >= "500"]
        verdict.judge()
        return verdict


def _start_web(address: str, port: int, env: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    return webs.start("web", env=env, folder=folder, name=f"web-{address}", bind=f"{address}:{port}")


def _wait_for_web(address: str, port: int) -> None:
    wait_for(lambda: webs.is_ready(address, port), seconds=300, what=f"the web {address}")


def _places(output: str) -> Places:
    """Returns the pages to visit, mostly proposals. Raises CannotStart if no form accepts a text."""
    known = json.loads(output)
    if not known["forms"] or not known["proposals"]:
        raise CannotStart("The load has no proposal to read, or none to comment on.")
    lists = ["/propositions/", *(f"/propositions/?page={page_number}" for page_number in range(2, 20))]
    others = ["/veille/", "/actualites/", "/le-comite/", "/recherche/?q=formulaire", *known["news"]]
    return Places([["/"], lists, known["proposals"], known["proposals"], others], known["forms"])


def _count_texts(env: dict[str, str], sink: Sink, texts: Sequence[Text]) -> Counter[str]:
    """Returns how often each text exists: comments in the database, subscriptions in the confirmation mails."""
    count = sum(text.kind == COMMENT for text in texts)
    bodies = json.loads(webs.shell(env, FOUND.format(count=2 * count + 1)))
    awaited = {text.words for text in texts if text.kind == LETTER and text.confirmed}
    deadline = time.monotonic() + DRAIN_SECONDS
    while not awaited <= (taken := {to for _message_id, to in sink.notes()}) and time.monotonic() < deadline:
        time.sleep(1)
    # A killed worker may leave a mail sent twice, which `make chaos` checks.
    return Counter(bodies) + Counter(taken & {text.words for text in texts})
