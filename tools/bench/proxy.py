"""Pages from the cache of the shipped proxy, compared with a static file sent by the same nginx.

`make bench ARGS=--proxy`. `wrk` requests both as browsers do, over TLS, in turn; a Python client would be the
bottleneck. Then the run checks that the cache drops hidden texts and never serves signed-in users.
"""

import json
import re
import shutil
import statistics
import subprocess
from dataclasses import asdict, dataclass, field
from pathlib import Path

from scripts.run import CannotStart
from tools import webs
from tools.audit.proxy import hidden_comment, signed_in
from tools.proxy import NoNginx, Proxy, find_nginx, free_ports, running_proxy

CONCURRENCIES = (1, 8)
# Minimum share of the requests per second of the file.
WANTED = 0.8
ROUNDS, SECONDS = 5, 2
GZIP = "gzip, deflate, br, zstd"
PROPOSAL = """
from participation.models import Proposal
print(Proposal.objects.published().order_by("-comment_count").first().get_absolute_url())
"""
# For the baseline: the same nginx, TLS and log, and precompressed files.
FILES = """
server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/tls/fullchain.pem;
    ssl_certificate_key {folder}/tls/privkey.pem;
    location / {{
        root {folder}/files;
        gzip_static on;
    }}
}}
"""


@dataclass
class ProxyRow:
    """Row of a page: requests per second from the cache and of its file, per round, by number of connections."""

    title: str
    size: int
    memory: dict[int, list[float]] = field(default_factory=dict)
    file: dict[int, list[float]] = field(default_factory=dict)

    def share(self, connections: int) -> float:
        """Returns the median ratio of the rounds."""
        pairs = zip(self.memory[connections], self.file[connections], strict=True)
        return statistics.median(memory / file for memory, file in pairs)


def compare_with_files(folder: Path, say, out: Path, *, quick: bool) -> int:  # type: ignore[no-untyped-def]
    """Prints the table and the cache checks; writes JSON to `out`. Returns the exit code, whatever the timings."""
    try:
        find_nginx()
    except NoNginx as error:
        return _skipped(say, str(error))
    if not shutil.which("wrk"):
        return _skipped(say, "wrk is not here (Debian: apt-get install wrk)")
    (folder / "proxy").mkdir(parents=True)
    env = webs.environment(folder, LOG_LEVEL="ERROR")
    say("Preparing a new site with its demonstration ...")
    webs.prepare(env)
    port, files = free_ports(2)
    conf = FILES.format(port=files, folder=folder / "proxy")
    with (
        webs.web(webs.WEBS[0], port, env, folder),
        running_proxy(folder / "proxy", addresses=[webs.WEBS[0]], web_port=port, proxy_conf=conf) as proxy,
    ):
        paths = {"home": "/", "list": "/propositions/", "proposal": webs.shell(env, PROPOSAL).strip()}
        lines = measure(proxy, paths, files, say, rounds=2 if quick else ROUNDS)
        print(f"\n{table(lines)}\n\nWanted: a share of {WANTED} with 8 connections. ", end="")
        missed = [line.title for line in lines if line.share(8) < WANTED]
        print(f"Missed by {', '.join(missed)}." if missed else "Reached by all.", flush=True)
        faults = list(signed_in(proxy, env))
        print(f"Signed in: {'WRONG' if faults else 'never from memory, and nothing is left there'}.")
        seconds, problems = hidden_comment(proxy, env)
        print(f"A comment that is hidden: gone after {seconds:.0f} s.")
    for fault in faults + problems:
        print(f"WRONG: {fault}")
    out.parent.mkdir(parents=True, exist_ok=True)
    shares = [asdict(line) | {"shares": {n: line.share(n) for n in CONCURRENCIES}} for line in lines]
    out.write_text(json.dumps({"lines": shares, "seconds_until_hidden": seconds}, indent=1), encoding="utf-8")
    print(f"\nWritten to {out}")
    return int(bool(faults + problems))


def measure(proxy: Proxy, paths: dict[str, str], files: int, say, *, rounds: int) -> list[ProxyRow]:  # type: ignore[no-untyped-def]
    """Requests each page and its file in turn, round by round. Raises CannotStart if a page is not cached."""
    lines = []
    (proxy.folder / "files").mkdir(exist_ok=True)
    for title, path in paths.items():
        _first, cached = (proxy.get(path, Accept_Encoding=GZIP) for _ in range(2))
        if (cached.status, cached.memory, cached.headers["Content-Encoding"]) != (200, "HIT", "gzip"):
            raise CannotStart(f"{path}: {cached.status}, {cached.memory}, {cached.headers['Content-Encoding']}")
        (proxy.folder / "files" / f"{title}.html.gz").write_bytes(cached.body)
        lines.append(ProxyRow(title, len(cached.body)))
    for index in range(rounds):
        say(f"Round {index + 1} of {rounds} ...")
        for line, path in zip(lines, paths.values(), strict=True):
            for connections in CONCURRENCIES:
                for found, at, what in (
                    (line.file, files, f"/{line.title}.html"),
                    (line.memory, proxy.port, path),
                ):
                    found.setdefault(connections, []).append(ask(f"https://127.0.0.1:{at}{what}", connections))
    return lines


def ask(url: str, connections: int) -> float:
    """Returns the requests per second. Raises CannotStart if a response is not 200."""
    command = [
        "wrk",
        "--threads",
        "1",
        "--connections",
        str(connections),
        "--duration",
        f"{SECONDS}s",
        "--timeout",
        "30s",
    ]
    headers = ["--header", f"Host: {webs.HOST}", "--header", f"Accept-Encoding: {GZIP}"]
    output = subprocess.run([*command, *headers, url], capture_output=True, text=True, check=False).stdout
    match = re.search(r"Requests/sec:\s+([\d.]+)", output)
    if match is None or "Non-2xx" in output or "Socket errors" in output:
        raise CannotStart(f"{url}: there is nothing to measure.\n{output}")
    return float(match[1])


def table(lines: list[ProxyRow]) -> str:
    """Returns the table as Markdown for docs/performance.md."""
    head = ["page", "bytes"]
    for connections in CONCURRENCIES:
        head += [f"file req/s c{connections}", f"memory req/s c{connections}", f"share c{connections}"]
    rows = [head, ["---", *["--:"] * (len(head) - 1)]]
    for line in lines:
        row = [line.title, str(line.size)]
        for connections in CONCURRENCIES:
            row += [f"{statistics.median(found[connections]):.0f}" for found in (line.file, line.memory)]
            row.append(f"{line.share(connections):.2f}")
        rows.append(row)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _skipped(say, reason: str) -> int:  # type: ignore[no-untyped-def]
    say("!" * 100)
    say(f"SKIPPED: nothing is measured behind the proxy: {reason}.")
    say("!" * 100)
    return 0
