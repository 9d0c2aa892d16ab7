"""Parts of `make audit` that need neither Node nor Java: their results, and controls."""

import datetime as dt
import json
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tools.audit import crawl, image, lighthouse, record
from tools.audit.control import control_site
from tools.audit.report import Report
from tools.audit.tools import HERE
from tools.demonstration import ROOT, main_addresses

pytestmark = pytest.mark.one_database

SOUND = """<!doctype html><html lang="fr"><head><title>Une page</title><link rel="canonical" href="https://ville.example/">
</head><body><h1 id="haut">Un</h1><h2>Deux</h2><a href="#haut">Haut</a> <a href="/ailleurs/">Ailleurs</a>
<a href="https://ville.example/">Ville</a><img src="data:," alt=""></body></html>"""
MOVED = '<!doctype html><title>Autre page</title><h1 id="bas">Autre</h1><form method="post" action="/ici/"></form>'


@contextmanager
def serving(pages: dict[str, tuple[int, dict[str, str], str]]):
    """Serves path → (status, headers, text)."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers, text = pages.get(self.path, (404, {}, ""))
            self.send_response(status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *arguments):
            pass

    with ThreadingHTTPServer(("localhost", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


def test_site_without_faults_passes():
    pages = {
        "/": (200, {}, SOUND.replace("/ailleurs/", "/ailleurs/#bas")),
        "/ailleurs/": (302, {"Location": "/la/"}, ""),
        "/la/": (200, {"Set-Cookie": "csrftoken=1"}, MOVED),
    }
    with serving(pages) as site:
        found = crawl.crawl(site)

    assert set(found.visited) == set(pages)
    assert crawl.judge(found).faults == []


def test_control_site_has_a_fault_of_each_kind():
    with control_site() as site:
        faults = crawl.judge(crawl.crawl(site)).faults

    assert [kind for kind in crawl.KINDS if not any(kind in fault for fault in faults)] == []


def test_orphan_page_of_the_site_map_is_a_fault():
    site_map = "<urlset><url><loc>{}/seule/</loc></url></urlset>"
    pages = {"/": (200, {}, SOUND.replace("/ailleurs/", "/")), "/seule/": (200, {}, MOVED)}
    with serving(pages) as site, control_site() as control:
        pages["/sitemap.xml"] = (200, {"Content-Type": "application/xml"}, site_map.format(site))
        report = crawl.check(crawl.crawl(site), control)

    assert report.faults == ["in the site map, but no link leads there: /seule/"]


def test_endless_generated_links_stop_the_crawl(monkeypatch):
    monkeypatch.setattr(crawl, "MOST_ADDRESSES", 2)
    pages = {f"/{number}": (200, {}, f'<a href="/{number + 1}">Suite</a>') for number in range(5)}
    with serving(pages) as site, pytest.raises(RuntimeError, match="links make links"):
        crawl.crawl(site, ("/0",))


def test_empty_list_page_raises_lookup_error():
    with serving({"/actualites/": (200, {}, SOUND)}) as site, pytest.raises(LookupError, match="/actualites/"):
        main_addresses(site)


@pytest.mark.parametrize("mark", [*lighthouse.ASSERTED, "layout shift"])
def test_score_below_the_target_is_reported(mark):
    perfect = {"accessibility": 100, "best-practices": 100, "seo": 100, "shift": 0.02, "failed": [], "performance": 7}
    missed = {"shift": 0.021} if mark == "layout shift" else {mark: 99}

    assert lighthouse.faults_of("/", perfect) == []
    (fault,) = lighthouse.faults_of("/", {**perfect, **missed})
    assert mark in fault


def test_median_has_the_failed_audits_of_any_run():
    runs = [{"seo": score, "failed": ["canonical"] if score < 100 else []} for score in (100, 90, 100)]

    assert lighthouse.median_of(runs) == {"seo": 100, "failed": ["canonical"]}


def test_npm_packages_are_pinned_by_hash_without_registry():
    pinned = json.loads((HERE / "package.json").read_text())["dependencies"]
    packages = json.loads((HERE / "package-lock.json").read_text())["packages"]
    packages.pop("")

    assert all(version[0].isdigit() for version in pinned.values())
    assert all(package["integrity"] and "resolved" not in package for package in packages.values())


DAY = dt.date(2026, 11, 27)


def read_record(file):
    return json.loads(file.read_text(encoding="utf-8"))


def test_recorded_run_replaces_only_the_result_of_its_check(tmp_path):
    file = tmp_path / "last_audit.json"
    sound = Report("crawl", figures={"pages": 12, "addresses": 40})
    broken = Report("axe", "", "axe-core 4", ["the tests failed"], {"pages": 3, "runs": 12, "faults": 5})
    record.write({"crawl": sound, "axe": sound}, day=DAY, commit="", record=file)
    assert not file.exists()

    record.write({"crawl": sound}, day=DAY, commit="aaaa", record=file)
    record.write({"axe": broken}, day=DAY + dt.timedelta(days=1), commit="bbbb", record=file)

    assert read_record(file) == {
        "crawl": {"day": "2026-11-27", "commit": "aaaa", "tool": "", "seen": {"pages": 12}, "faults": 0},
        "axe": {
            "day": "2026-11-28",
            "commit": "bbbb",
            "tool": "axe-core 4",
            "seen": {"pages": 3, "runs": 12},
            "faults": 5,
        },
    }


def test_commit_of_uncommitted_files_is_empty(tmp_path):
    def git(*arguments):
        identity = ("-c", "user.name=Odile", "-c", "user.email=odile@comite.example")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    assert record.commit_of(tmp_path) == ""
    git("init", "--quiet")
    (tmp_path / "page.html").write_text("Une page")
    assert record.commit_of(tmp_path) == ""
    git("add", ".")
    git("commit", "--quiet", "-m", "Say something")
    commit = record.commit_of(tmp_path)
    assert len(commit) == 10

    own = tmp_path / record.RECORD.relative_to(record.ROOT)
    own.parent.mkdir(parents=True)
    own.write_text("{}")
    assert record.commit_of(tmp_path) == commit
    (tmp_path / "page.html").write_text("Une autre page")
    assert record.commit_of(tmp_path) == ""


def test_documented_lines_of_the_containers_are_found():
    """Only the audit runs them, so a changed heading or comment of the page would be noticed late."""
    lines = image.installation(ROOT, "\nPORT=1\n").splitlines()
    starts = [
        "cp docker/env.example",
        "cat >> docker/.env",
        "openssl req",
        "docker compose --file docker/compose.yaml up",
    ]
    places = [next(place for place, line in enumerate(lines) if line.startswith(start)) for start in starts]
    assert places == sorted(places)
    assert "check_mail_dns" not in "".join(lines)
