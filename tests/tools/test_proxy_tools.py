"""Controls of the checks of the proxy cache: they must be able to find faults."""

import subprocess
from email.message import Message

import pytest

from scripts.run import CannotStart
from tools import webs
from tools.audit import proxy as journey
from tools.bench import proxy as bench
from tools.proxy import Answer

COMMENT = "12\t/propositions/3-des-bancs/\tDes bancs à l’ombre, merci !"


class FakeProxy:
    """Proxy that gives the same response to every request."""

    def __init__(self, body, memory, cache_control="public, max-age=60"):
        self.answer = Answer(200, Message(), body.encode())
        self.answer.headers["X-Cache"], self.answer.headers["Cache-Control"] = memory, cache_control

    def get(self, path, **headers):
        return self.answer


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setattr(webs, "sessions", lambda env: ["abc"])
    monkeypatch.setattr(webs, "shell", lambda env, code: COMMENT)


def test_cached_page_for_a_signed_in_user_is_detected(site):
    assert len(list(journey.signed_in(FakeProxy("", "HIT"), {}))) == 4
    own = FakeProxy(journey.SIGNED_IN, "BYPASS", "private, no-store")
    assert list(journey.signed_in(own, {})) == ["a page of a signed-in person was kept for others"]


def test_hidden_comment_still_in_the_cache_is_detected(site, monkeypatch):
    monkeypatch.setattr(journey, "MEMORY_SECONDS", 0)
    page = FakeProxy("<p>Des bancs à l&#x27;ombre</p><p>Des bancs à l’ombre, merci&nbsp;!</p>", "HIT")
    assert "still read" in journey.hidden_comment(page, {})[1][0]


@pytest.mark.parametrize(("body", "memory"), [("Autre chose", "HIT"), ("ombre, merci", "MISS")])
def test_inconclusive_step_is_reported(site, body, memory):
    assert "nothing is shown" in journey.hidden_comment(FakeProxy(body, memory), {})[1][0]


@pytest.mark.parametrize("error_line", ["Non-2xx or 3xx responses: 3", "Socket errors: connect 0, read 1", None])
def test_failed_responses_raise_cannot_start(monkeypatch, error_line):
    text = "" if error_line is None else f"  {error_line}\nRequests/sec:  1234.50\n"
    monkeypatch.setattr(subprocess, "run", lambda command, **how: subprocess.CompletedProcess(command, 0, text, ""))
    with pytest.raises(CannotStart):
        bench.ask("https://127.0.0.1:1/", 8)


def test_share_compares_rates_of_the_same_round():
    line = bench.ProxyRow("home", 7000, memory={8: [900, 90, 400]}, file={8: [1000, 100, 1000]})
    assert line.share(8) == 0.9


def test_missing_wrk_is_reported_as_skipped(tmp_path, monkeypatch):
    messages = []
    monkeypatch.setattr(bench, "find_nginx", lambda: "nginx")
    monkeypatch.setattr(bench.shutil, "which", lambda name: None)
    assert bench.compare_with_files(tmp_path, messages.append, tmp_path / "out.json", quick=True) == 0
    assert any("SKIPPED" in line and "wrk" in line for line in messages)
