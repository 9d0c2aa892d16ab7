"""Load test with kills (`make chaos ARGS=--load`): it must be able to fail."""

import http.client
import json
import random
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from scripts.run import CannotStart
from tools.chaos import load, visitors
from tools.chaos.load import Kill, Verdict
from tools.chaos.visitors import COMMENT, LETTER, READ, Places, RequestRecord, Text, Visitor

KILLS = [Kill(what, at, at + 1) for at, what in ((100, "web"), (200, "broker"), (300, "worker"), (400, "SMTP"))]
FORM = '<form><input type="hidden" name="csrfmiddlewaretoken" value="of another form"></form><main>'
FORM += '<input type="hidden" name="key" value="&lt;1&gt;"><input value="now" type="hidden" name="shown_at"></main>'


def verdict(*, asked=(), texts=(), found=(), kills=KILLS):
    """Judges a good run with additional requests and texts."""
    good = [Text(COMMENT, "un banc", confirmed=True), Text(LETTER, "lit@courriel.example", confirmed=True)]
    known = Counter(["un banc", "lit@courriel.example", *found])
    result = Verdict([RequestRecord(READ, "/", 200, 1, 2), *asked], kills, [*good, *texts], known)
    result.judge()
    return result


def test_run_with_all_texts_stored_passes():
    result = verdict(texts=[Text(COMMENT, "jamais confirmé")])
    assert result.problems == []
    assert result.last_line() == "answers=1 failed=0 in_flight=0 kills=4 comments=1 lost=0 twice=0"
    assert "| all | 1 | 0% | 0 | 1000 ms | 1000 ms | 1000 ms |" in result.table()


@pytest.mark.parametrize("status", [0, 500, 502, 504])
def test_only_requests_in_flight_during_a_kill_of_the_web_can_fail(status):
    result = verdict(asked=[RequestRecord(READ, "/", status, 99, 100.5), RequestRecord(READ, "/", status, 100.9, 130)])
    assert (result.in_flight, result.failed, result.problems) == (2, 0, [])
    for before_or_after in ((98, 99), (102, 103), (199, 202)):
        result = verdict(asked=[RequestRecord(READ, "/a", status, *before_or_after)])
        assert (result.in_flight, result.failed) == (0, 1)
        assert "/a" in result.problems[0]


def test_missing_confirmed_text_is_lost():
    result = verdict(texts=[Text(COMMENT, "perdu", confirmed=True)])
    assert (result.lost, bool(result.problems)) == (1, True)


def test_unconfirmed_text_stored_twice_is_counted():
    assert verdict(texts=[Text(COMMENT, "deux fois")], found=["deux fois"] * 2).twice == 1


def test_run_without_confirmed_texts_or_kills_fails():
    result = Verdict([], KILLS[:1], [Text(COMMENT, "un banc")], Counter())
    result.judge()
    assert [problem.split(":")[0] for problem in result.problems] == [
        "no comment was confirmed",
        "no letter was confirmed",
        "never killed",
    ]
    with pytest.raises(CannotStart):
        load._places(json.dumps({"proposals": ["/propositions/1/"], "forms": [], "news": []}))


class Site(ThreadingHTTPServer):
    """Web server that shows one form and answers submissions with the next of `statuses`."""

    daemon_threads = True

    def __init__(self, *statuses):
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses, self.sent = list(statuses), []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._answer(200, FORM)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.sent.append((parse_qs(body), dict(self.headers)))
        self._answer(self.server.statuses.pop(0), '<p class="error">Trop de textes.</p>')

    def _answer(self, status, body):
        self.send_response(status)
        self.send_header("Set-Cookie", "__Host-csrftoken=abc; Secure; Path=/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *arguments):
        pass


@pytest.fixture
def visit(monkeypatch):
    """Returns a function that submits a comment to a site that answers with the given statuses."""
    sites = []

    def run(*statuses):
        sites.append(site := Site(*statuses))
        port = site.server_address[1]
        monkeypatch.setattr(
            Visitor, "_connect", lambda self: http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        )
        monkeypatch.setattr(visitors, "FILLING_SECONDS", 0)
        visitor = Visitor(7, port, Places([["/"]], ["/commenter/"]), ["session"], until=0)
        visitor._comment()
        visitor.connection.close()
        return visitor, site

    yield run
    for site in sites:
        site.shutdown()
        site.server_close()


def test_visitor_submits_the_fields_of_the_form(visit):
    visitor, site = visit(302)
    ((fields, headers),) = site.sent
    assert fields == {"key": ["<1>"], "shown_at": ["now"], "body": [visitor.texts[0].words], "position": ["0"]}
    assert headers["Cookie"] == "__Host-sessionid=session; __Host-csrftoken=abc"
    assert headers["X-Forwarded-For"] == "10.0.0.8"
    assert [(one.kind, one.status) for one in visitor.requests] == [("form", 200), (COMMENT, 302)]
    assert visitor.texts[0].confirmed


def test_visitor_repeats_a_failed_submission_once(visit):
    visitor, site = visit(502, 302)
    assert site.sent[0][0] == site.sent[1][0]
    assert visitor.texts[0].confirmed
    visitor, site = visit(502, 502)
    assert (len(site.sent), visitor.texts[0].confirmed) == (2, False)


def test_refused_text_is_reported(visit):
    visitor, _site = visit(200)
    assert visitor.problems == ["/commenter/ answers 200 to a form: Trop de textes."]


def test_killer_kills_parts_equally_and_reports_the_error_that_stops_it(monkeypatch):
    monkeypatch.setattr(load, "QUIET_SECONDS", (0, 0))
    killed = []

    def part(what):
        def kill(down):
            killed.append(what)
            if len(killed) == 9:
                raise CannotStart("the web does not come back")

        return kill

    killer = load.Killer({what: part(what) for what in "abc"}, float("inf"), random.Random(1))
    killer.run()
    assert Counter(killed) == {"a": 3, "b": 3, "c": 3}
    assert killer.problems == ["the killer stopped: CannotStart: the web does not come back"]
