"""Reverse proxy of `docker/nginx.conf` in front of a minimal web server: cache, addresses, logs, several servers.

`systemd/nginx.conf` includes the same `docker/site.conf`; its own part is tested once.
"""

import gzip
import os
import re
import shutil
import ssl
import subprocess
import threading
import time
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import get_resolver

from tools import proxy

pytestmark = [pytest.mark.thorough, pytest.mark.one_database]
MINUTES = 180
TOKEN = "IjQyIg:1vPz3K:8pXkq-h1Tz_ff0q9e3tVw2yQp0A"
# Types of URL parameters used only in links of mails, of drafts or of personal files.
SECRET_ARGUMENTS = re.compile(r"<(str:token|uuid:key)>")


class Web(ThreadingHTTPServer):
    """Web server that counts its requests, records their headers, and answers with its own address."""

    daemon_threads = True

    def __init__(self, address, port):
        self.asked = []
        super().__init__((address, port), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self):
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        body = f"{self.server.server_address[0]} {self.headers.get('Cookie', '')} {len(self.server.asked)} {'m' * 900}"
        self.send_response(502 if self.path.startswith("/broken/") else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Request-ID", self.headers.get("X-Request-ID", ""))
        max_age = {"public": 60, "static": 60, "brief": 1}.get(self.path.split("/")[1])
        self.send_header("Cache-Control", f"public, max-age={max_age}" if max_age else "private, no-store")
        self.send_header("Vary", "Cookie, HX-Request")
        self.send_header("ETag", f'"{len(self.server.asked)}"')
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *arguments):
        pass


@contextmanager
def started(folder, *addresses, proxy_conf="", conf=proxy.CONF):
    try:
        proxy.find_nginx()
    except proxy.NoNginx as why:
        pytest.skip(str(why))
    (port,) = proxy.free_ports(1)
    webs = {address: Web(address, port) for address in addresses}
    try:
        settled = {"web_port": port, "proxy_conf": proxy_conf, "conf": conf}
        with proxy.running_proxy(folder, addresses=list(addresses), **settled) as running:
            yield running, webs
    finally:
        for web in webs.values():
            web.stop()


def log_lines(site, count, *, words=""):
    """Returns the lines of the log once there are `count` and one has `words`: nginx writes a line after the answer."""
    deadline = time.monotonic() + MINUTES
    while len(lines := (log := site.access_log).splitlines()) < count or words not in log:
        assert time.monotonic() < deadline
    return lines


def request_count(webs):
    return sum(len(web.asked) for web in webs.values())


def test_anonymous_responses_are_cached_by_encoding_cookie_and_fragment(tmp_path):
    """Anonymous answers are cached compressed, separately by cookie and page fragment; others are always forwarded."""
    with started(tmp_path, "127.0.0.2") as (site, webs):
        first = site.get("/public/", Accept_Encoding="gzip, deflate, br, zstd")
        again = site.get("/public/", Accept_Encoding="gzip;q=1.0, identity")
        assert (first.memory, again.memory, request_count(webs)) == ("MISS", "HIT", 1)
        assert (again.headers["Content-Encoding"], again.body) == ("gzip", first.body)
        assert gzip.decompress(again.body).startswith(b"127.0.0.2  1 ")
        assert "Accept-Encoding" in ", ".join(again.headers.get_all("Vary"))
        plain = site.get("/public/", Accept_Encoding="gzip;q=0")
        assert (plain.headers["Content-Encoding"], plain.memory) == (None, "MISS")
        before = request_count(webs)
        assert site.get("/public/", Cookie="theme=sombre").memory == "MISS"
        assert site.get("/public/", HX_Request="true").memory == "MISS"
        assert site.get("/public/?page=2").memory == "MISS"
        assert site.get("/public/", host="other.example").memory == "MISS"
        assert request_count(webs) == before + 4
        for _ in range(2):
            signed_in = site.get("/public/", Cookie="theme=sombre; __Host-sessionid=abc")
            assert signed_in.memory == "BYPASS"
            assert site.get("/private/").memory == "MISS"
        assert request_count(webs) == before + 8
        assert b"abc" not in site.get("/public/", Cookie="theme=sombre").body


def test_urls_never_share_a_cached_response(tmp_path):
    """Not even if a URL ends with the name of the encoding requested for another one."""
    with started(tmp_path, "127.0.0.2") as (site, webs):
        plain = site.get("/public/?q=gzip")
        compressed = site.get("/public/?q=", Accept_Encoding="gzip")
        assert (plain.memory, compressed.memory, request_count(webs)) == ("MISS", "MISS", 2)


def test_head_conditional_and_range_requests_are_served_from_the_cache(tmp_path):
    """HEAD, conditional and range requests are served from the cache, each in the requested encoding."""
    with started(tmp_path, "127.0.0.2") as (site, webs):
        forms = {encoding: site.get("/public/", Accept_Encoding=encoding) for encoding in ("gzip", "identity")}
        assert forms["gzip"].headers["ETag"].startswith("W/")
        for encoding, whole in forms.items():
            head = site.ask("HEAD", "/public/", Accept_Encoding=encoding)
            revalidated = site.get("/public/", Accept_Encoding=encoding, If_None_Match=whole.headers["ETag"])
            part = site.get("/public/", Accept_Encoding=encoding, Range="bytes=0-9")
            assert {head.memory, revalidated.memory, part.memory} == {"HIT"}
            assert (head.status, head.body, revalidated.status, revalidated.body) == (200, b"", 304, b"")
            assert head.headers["Content-Encoding"] == whole.headers["Content-Encoding"]
            assert "Accept-Encoding" in ", ".join(revalidated.headers.get_all("Vary"))
            assert (part.status, part.body) in ((200, whole.body), (206, whole.body[:10]))
        assert request_count(webs) == 2


def test_idle_upstream_connections_are_closed_by_the_proxy():
    """Otherwise a form may be sent on a connection just being closed, and the proxy never resends a POST."""
    of_server, of_asking_side = map(int, re.findall(r"\bkeepalive_timeout (\d+)s;", proxy.SITE.read_text()))
    assert of_asking_side < of_server


def test_expired_response_is_not_served(tmp_path):
    """No stale answer is served, not even while no web server answers."""
    with started(tmp_path, "127.0.0.2") as (site, webs):
        first = site.get("/brief/").body
        deadline = time.monotonic() + MINUTES
        while (again := site.get("/brief/")).body == first:
            assert again.memory == "HIT"
            assert time.monotonic() < deadline
        assert again.memory == "EXPIRED"
        # nginx processes keep open files: none may continue with the replaced one.
        assert first not in {site.get("/brief/").body for _ in range(20)}
        webs["127.0.0.2"].stop()
        while (last := site.get("/brief/")).status == 200:
            assert last.memory == "HIT"
            assert time.monotonic() < deadline
        assert last.status == 502


def test_forwarded_address_is_trusted_from_declared_proxies_only(tmp_path):
    """X-Forwarded-For of a client is ignored; only a declared second proxy is believed, and only its own entry."""
    (tmp_path / "one").mkdir()
    with started(tmp_path / "one", "127.0.0.2") as (site, webs):
        site.get("/private/", X_Forwarded_For="203.0.113.9")
        sent = webs["127.0.0.2"].asked[-1][1]
        assert (sent["X-Forwarded-For"], sent["X-Forwarded-Proto"], sent["Host"]) == (
            "127.0.0.1",
            "https",
            "comite.example",
        )
    second = "set_real_ip_from 127.0.0.1;"
    with started(tmp_path / "two", "127.0.0.2", proxy_conf=second) as (site, webs):
        site.get("/private/", X_Forwarded_For="198.51.100.7, 203.0.113.9")
        assert webs["127.0.0.2"].asked[-1][1]["X-Forwarded-For"] == "203.0.113.9"
        assert " 203.0.113.9 GET /private/ " in log_lines(site, 1)[0]


def test_requests_are_balanced_and_stopped_or_moved_servers_replaced(tmp_path):
    """Load is shared; a stopped server costs no answer; a server with another address is found."""
    with started(tmp_path, "127.0.0.2", "127.0.0.3") as (site, webs):
        for _ in range(12):
            assert site.get("/private/").status == 200
        assert min(len(web.asked) for web in webs.values()) >= 3
        webs["127.0.0.2"].stop()
        assert [site.get("/private/").status for _ in range(12)] == [200] * 12
        webs["127.0.0.4"] = Web("127.0.0.4", webs["127.0.0.3"].server_address[1])
        site.names.addresses[:] = ["127.0.0.4"]
        deadline = time.monotonic() + MINUTES
        while not webs["127.0.0.4"].asked and time.monotonic() < deadline:
            assert site.get("/private/").status == 200
        assert webs["127.0.0.4"].asked


def test_debian_configuration_survives_restarts_of_each_server(tmp_path):
    """The servers restart one after the other: no request is refused, and a restarted server is used at once."""
    with started(tmp_path, "127.0.0.2", "127.0.0.3", conf=proxy.DEBIAN) as (site, webs):
        assert (site.get("/public/").memory, site.get("/public/").memory) == ("MISS", "HIT")
        assert site.get("/metrics").status == 404
        port = webs["127.0.0.2"].server_address[1]
        webs["127.0.0.2"].stop()
        assert [site.get("/private/").status for _ in range(4)] == [200] * 4
        webs["127.0.0.2"] = Web("127.0.0.2", port)
        webs["127.0.0.3"].stop()
        assert [site.get("/private/").status for _ in range(4)] == [200] * 4
        assert len(webs["127.0.0.2"].asked) >= 4
        site.get(f"/desinscription/{TOKEN}/annuler/")
        # Not by their number: a request repeated on the other server has a second line.
        log_lines(site, 1, words="GET /desinscription/*** 200 ")
        assert TOKEN not in site.access_log + site.error_log


@pytest.mark.parametrize("conf", [proxy.CONF, proxy.DEBIAN])
def test_tokens_are_not_logged(tmp_path, conf):
    """For every outcome of the request: answered, refused, or without a web server."""
    paths = [f"/desinscription/{TOKEN}/annuler/", "/essais/brouillons/0b9c6a52-7d0f-4e0c-9f0e-3f1a2b4c5d6e.jpg"]
    paths += [f"/broken/{TOKEN}/", f"/private/?cle={TOKEN}", "/lettre/personne@courriel.example/"]
    with started(tmp_path, "127.0.0.2", "127.0.0.3", conf=conf) as (site, webs):
        for path in paths:
            site.get(path, Referer=f"https://comite.example/{TOKEN}/")
        site.get("/propositions/12-des-guichets-ouverts-le-samedi-dans-les-quartiers/")
        for web in webs.values():
            web.stop()
        assert [site.get(path).status for path in paths] == [502] * len(paths)
        # One line each; two if the web server failed or did not answer.
        log_lines(site, 3 * len(paths) + 2)
        logs = site.access_log + site.error_log
        for secret in (TOKEN, TOKEN[-12:], "0b9c6a52", "personne@"):
            assert secret not in logs
        assert "GET /desinscription/*** 200 " in logs
        assert "GET /propositions/12-des-guichets-ouverts-le-samedi-dans-les-quartiers/ 200 " in logs
        assert re.search(r"GET /desinscription/\*\*\* 502 .* 127\.0\.0\.2:\d+[, ].*502", logs)


def test_every_url_with_a_token_is_masked_in_the_log(tmp_path):
    patterns = [path for path in _paths(get_resolver().url_patterns) if SECRET_ARGUMENTS.search(path)]
    assert len(patterns) > 5
    with started(tmp_path, "127.0.0.2") as (site, _webs):
        for pattern in patterns:
            path = pattern.replace("<str:token>", TOKEN).replace("<uuid:key>", "0b9c6a52-7d0f-4e0c-9f0e-3f1a2b4c5d6e")
            site.get("/" + re.sub(r"<\w+:\w+>", "12", path))
        assert [line for line in log_lines(site, len(patterns)) if "***" not in line] == []


def _paths(patterns, before=""):
    for one in patterns:
        path = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from _paths(one.url_patterns, path)
        else:
            yield path


def test_metrics_are_not_public_and_acme_challenges_are_served(tmp_path):
    with started(tmp_path, "127.0.0.2") as (site, webs):
        assert site.get("/metrics").status == 404
        assert request_count(webs) == 0
        (tmp_path / "acme" / ".well-known" / "acme-challenge").mkdir(parents=True)
        (tmp_path / "acme" / ".well-known" / "acme-challenge" / "one").write_text("proof")
        port = re.search(r"listen 127\.0\.0\.1:(\d+) default_server", (tmp_path / "site.conf").read_text()).group(1)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/.well-known/acme-challenge/one", timeout=60) as answer:
            assert answer.read() == b"proof"


# Replaces `docker`: the command of the script is run by the proxy of the test.
DOCKER = """#!/bin/sh
echo "$@" > {folder}/asked
[ "$7 $8 $9" = "nginx -s reload" ] && exec {nginx} -p {folder} -e {folder}/error.log -c {folder}/nginx.conf -s reload
"""
# Replaces `install`: only root may change the owner of a file.
INSTALL = """#!/bin/sh
exec /usr/bin/install "$1" "$2" "$5" "$6"
"""


def test_certbot_hook_reloads_the_certificate_without_failed_requests(tmp_path):
    programs, lineage = tmp_path / "bin", tmp_path / "live"
    with started(tmp_path, "127.0.0.2") as (site, _webs):
        for folder in (programs, lineage):
            folder.mkdir()
        (programs / "docker").write_text(DOCKER.format(folder=tmp_path, nginx=proxy.find_nginx()))
        if os.getuid() != 0:
            (programs / "install").write_text(INSTALL)
        for program in programs.iterdir():
            program.chmod(0o755)
        proxy.make_certificate(lineage)
        new = (lineage / "fullchain.pem").read_text()
        assert ssl.get_server_certificate(("127.0.0.1", site.port)) != new
        shutil.copy(proxy.ROOT / "docker" / "renewed.sh", tmp_path)
        env = {"PATH": f"{programs}:{os.environ['PATH']}", "RENEWED_LINEAGE": str(lineage)}
        subprocess.run([tmp_path / "renewed.sh"], cwd="/", env=env, check=True)
        assert (tmp_path / "asked").read_text() == "compose --file compose.yaml exec --no-TTY proxy nginx -s reload\n"
        deadline = time.monotonic() + MINUTES
        while ssl.get_server_certificate(("127.0.0.1", site.port)) != new:
            assert site.get("/private/").status == 200
            assert time.monotonic() < deadline
        assert site.get("/private/").status == 200
    placed = {path.name: path.stat() for path in (tmp_path / "tls").iterdir()}
    assert {name: oct(stat.st_mode)[-3:] for name, stat in placed.items()} == {
        "fullchain.pem": "644",
        "privkey.pem": "600",
    }
    if os.getuid() == 0:
        assert {stat.st_uid for stat in placed.values()} == {101}


def test_error_page_is_served_without_web_server(tmp_path):
    with started(tmp_path, "127.0.0.2") as (site, webs):
        webs["127.0.0.2"].stop()
        bare = site.get("/private/")
        (tmp_path / "error-pages").mkdir()
        (tmp_path / "error-pages" / "502.html").write_text("<h1>Le site ne répond pas</h1>", encoding="utf-8")
        page = site.get("/private/")
        assert (bare.status, page.status, page.headers["Retry-After"]) == (502, 502, "30")
        assert "Le site ne répond pas" in page.body.decode()
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert page.headers["Cache-Control"] == "no-store"
        # It is not a public address.
        assert site.get("/502.html").status == 404


def test_request_id_is_the_same_in_the_response_and_both_logs(tmp_path):
    with started(tmp_path, "127.0.0.2") as (site, webs):
        answer = site.get("/private/", X_Request_ID="claimed-by-a-reader")
        (request_id,) = {headers["X-Request-ID"] for _path, headers in webs["127.0.0.2"].asked}
        assert re.fullmatch("[0-9a-f]{32}", request_id)
        assert answer.headers.get_all("X-Request-ID") == [request_id]
        webs["127.0.0.2"].stop()
        failed = site.get("/private/")
        ends = [line.split()[-1] for line in log_lines(site, 3)]
        assert ends[0] == request_id
        assert [ends[1], ends[2]] == failed.headers.get_all("X-Request-ID") * 2 != [request_id, request_id]


@pytest.mark.parametrize("path", ["/public/", "/static/site.css"])
def test_cached_responses_have_their_own_request_id(tmp_path, path):
    with started(tmp_path, "127.0.0.2") as (site, webs):
        answers = [site.get(path, X_Request_ID="claimed-by-a-reader") for _ in range(3)]
        assert request_count(webs) == 1
        request_ids = [one for answer in answers for one in answer.headers.get_all("X-Request-ID")]
        assert len(set(request_ids)) == len(request_ids) == 3
        assert webs["127.0.0.2"].asked[0][1]["X-Request-ID"] == request_ids[0]
        assert [line.split()[-1] for line in log_lines(site, 3)] == request_ids
