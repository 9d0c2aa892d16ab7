"""Log lines with the production configuration: no key, no traceback for a wrong host, one ID per request."""

import io
import json
import logging
import logging.config
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse

from common import faults
from common.logs import JSONFormatter, LineFormatter, mask
from common.media import MediaUnavailable
from common.middleware import MediaUnavailableMiddleware, UnreadableValueMiddleware
from config.settings.logs import LOGGING

ROOT = Path(__file__).resolve().parents[2]
LINE = {"fmt": LOGGING["formatters"]["line"]["format"], "style": "{"}
TOKEN = "IjQyIg:1tWq3T:0vXy-Q2kq1bZcN7m"
pytestmark = pytest.mark.one_database


@pytest.fixture
def log(monkeypatch):
    """Returns a function that gives the new log records as JSON objects. Restores the handlers of pytest afterwards."""
    root = logging.getLogger()
    handlers_before, level = root.handlers[:], root.level
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    handlers = LOGGING["handlers"] | {"console": LOGGING["handlers"]["console"] | {"formatter": "json"}}
    real = LOGGING | {"handlers": handlers, "root": LOGGING["root"] | {"handlers": ["console", "faults"]}}
    logging.config.dictConfig(real)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    faults.take()
    logging.config.dictConfig(LOGGING)
    root.handlers[:], root.level = handlers_before, level


@pytest.mark.parametrize(
    ("path", "masked"),
    [
        ("/propositions/128/une-idee-simple/", "/propositions/128/une-idee-simple/"),
        ("/agenda/2026-11-24/", "/agenda/2026-11-24/"),
        (f"/desinscription/{TOKEN}/annuler/", "/desinscription/***/annuler/"),
        ("/membres/invitations/a8f3Zk29QmXw/refuser/", "/membres/invitations/***/refuser/"),
        ("/qui/odile@courriel.example/", "/qui/***/"),
        ("/recherche/?q=Odile", "/recherche/?***"),
        ("/ligne\nfausse/", "/***/"),
    ],
    ids=["slug", "day", "signed", "token", "e-mail", "query", "two lines"],
)
def test_mask_hides_tokens_emails_and_queries(path, masked):
    assert mask(path) == masked


@pytest.mark.django_db
def test_unknown_address_logs_one_warning_without_its_token(client, log):
    client.get(f"/nulle-part/{TOKEN}/?q=Odile", headers={"X-Request-ID": "proxy-0123456789"})
    (line,) = log()
    assert line["message"] == "Not Found: /nulle-part/***/"
    assert (line["level"], line["status"], line["request_id"]) == ("WARNING", 404, "proxy-0123456789")
    assert line["time"].endswith("Z")
    assert TOKEN not in json.dumps(line)


@pytest.mark.django_db
def test_csrf_failure_logs_no_token(client, log):
    client.handler.enforce_csrf_checks = True
    assert client.post(f"/propositions/invitations/{TOKEN}/", {}).status_code == 403
    (line,) = log()
    assert "/propositions/invitations/***/" in line["message"]
    assert TOKEN not in json.dumps(line)


@pytest.mark.django_db
def test_unreadable_values_and_missing_files_log_no_token(rf, log):
    request = rf.get(f"/media/{TOKEN}/\n2026 ERROR forged")
    request.user = AnonymousUser()
    UnreadableValueMiddleware(HttpResponse).process_exception(request, ValueError("invalid literal for int"))
    MediaUnavailableMiddleware(HttpResponse).process_exception(request, MediaUnavailable("gone"))
    assert [line["message"] for line in log()] == [
        "a value that cannot be read, at /media/***/***",
        "no file: gone, at /media/***/***",
    ]


@pytest.mark.django_db
def test_wrong_host_logs_one_warning_and_no_fault(client, log):
    response = client.get("/", headers={"Host": "ailleurs.example"})
    assert response.status_code == 400
    lines = [(line["level"], line["message"], "exception" in line) for line in log()]
    assert lines == [("WARNING", "a request asked for a host that is not ours", False)]
    assert faults.take() == []


@pytest.mark.django_db
@pytest.mark.parametrize("claimed", ["", "court", "x" * 65, "deux\tmots-de-trop", "<script>alert"])
def test_invalid_request_id_is_replaced(client, claimed):
    number = client.get("/livez", headers={"X-Request-ID": claimed})["X-Request-ID"]
    assert number != claimed
    assert len(number) == 32


@pytest.mark.django_db
def test_each_response_has_the_id_of_its_request(client):
    assert (
        client.get("/livez", headers={"X-Request-ID": "abcd1234-from-nginx"})["X-Request-ID"] == "abcd1234-from-nginx"
    )
    numbers = {client.get("/livez")["X-Request-ID"] for _ in range(3)}
    assert len(numbers) == 3


def test_messages_cannot_forge_log_lines():
    """Line breaks are escaped; tracebacks are indented below their line."""
    forged = "a\r\n2026-11-29T00:00:00.000Z ERROR accounts: forged\u2028\u202e\x1b[2J é\N{NO-BREAK SPACE}!"
    try:
        raise ValueError(forged)
    except ValueError:
        record = logging.LogRecord("site", logging.ERROR, __file__, 1, "said: %s", (forged,), sys.exc_info())
    first, *below = LineFormatter(**LINE).format(record).splitlines()
    assert first.endswith(
        r"ERROR site: said: a\r\n2026-11-29T00:00:00.000Z ERROR accounts: forged\u2028\u202e\x1b[2J"
        " é\N{NO-BREAK SPACE}!"
    )
    assert below
    assert all(line.startswith("  ") for line in below)


def test_json_log_of_an_exception_is_one_line():
    try:
        raise ValueError("deux\nlignes")
    except ValueError:
        record = logging.LogRecord("site", logging.ERROR, __file__, 1, "%s fautes", (3,), sys.exc_info())
    line = JSONFormatter().format(record)
    assert "\n" not in line
    entry = json.loads(line)
    assert (entry["message"], entry["logger"]) == ("3 fautes", "site")
    assert entry["exception"].endswith("ValueError: deux\nlignes")


SERVICE = """
import logging, logging.config
from config.settings.logs import LOGGING
logging.config.dictConfig(LOGGING)
logging.getLogger("gunicorn.error").critical("worker timeout")
logging.info("well")
try:
    1 / 0
except ZeroDivisionError:
    logging.exception("broken")
"""


@pytest.mark.parametrize("is_journal", [True, False])
def test_lines_for_the_journal_begin_with_their_priority(tmp_path, is_journal):
    """So `journalctl -p err` finds errors, with each line of their tracebacks."""
    with (tmp_path / "stream").open("w") as stream:
        status = os.fstat(stream.fileno())
        env = {**os.environ, "JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino if is_journal else 0}"}
        subprocess.run([sys.executable, "-c", SERVICE], cwd=ROOT, env=env, stderr=stream, check=True)
    critical, info, *error = (tmp_path / "stream").read_text().splitlines()
    assert len(error) > 3
    prefixes = [line[:3] for line in (critical, info, *error)]
    if is_journal:
        assert prefixes == ["<2>", "<6>"] + ["<3>"] * len(error)
    else:
        assert not [prefix for prefix in prefixes if prefix.startswith("<")]
