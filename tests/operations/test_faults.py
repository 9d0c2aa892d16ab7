"""Error reporting: counted in the process, grouped in the database, mailed hourly, mentioned on the 500 page."""

import datetime as dt
import json
import logging
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, InterfaceError, OperationalError
from django.test import Client
from django.urls import path

from common import faults
from common.faults import CountedError, FaultHandler
from common.hooks import personal_data
from common.retention import erase_due
from config.urls import *  # noqa: F403 - the site, and an address that fails
from mailing.models import Message
from mailing.ticking import beat, tick
from operations.models import Fault
from operations.services.faults import report, store
from tests.outbox import outbox

handler500 = "operations.views.server_error"
NOW = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
OPERATOR = "exploitation@ville.example"
SECRET = "odile@courriel.example"


def broken(request, token):
    raise ValueError(f"no account for {SECRET}")


def without_database(request):
    raise OperationalError("connection refused")


urlpatterns = [path("casse/<str:token>/", broken, name="broken"), path("sans-base/", without_database), *urlpatterns]  # noqa: F405
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def fault_handler():
    """Installs the handler of production, and clears its errors before and after."""
    handler = FaultHandler(level="ERROR")
    logging.getLogger().addHandler(handler)
    faults.take()
    yield
    logging.getLogger().removeHandler(handler)
    faults.take()


@pytest.fixture
def reader():
    return Client(raise_request_exception=False)


def counted_error(place="polls/views.py in answer", at=NOW, count=1):
    return CountedError("TypeError", place, "", "", at, at, count)


def test_failing_requests_are_grouped_in_one_row_without_personal_data(reader):
    for token in ("a8Zk29QmXw", "b1Xy73LpQa", "c4Rt55MnBv"):
        assert reader.get(f"/casse/{token}/", headers={"X-Request-ID": f"proxy-{token}"}).status_code == 500
    fault = Fault.objects.get()
    assert (fault.kind, fault.count, fault.asked) == ("ValueError", 3, "broken")
    assert fault.place == "tests/operations/test_faults.py in broken"
    assert fault.request_id == "proxy-c4Rt55MnBv"
    row = json.dumps(Fault.objects.values().get(), default=str)
    assert SECRET not in row
    assert "/casse/" not in row


def test_failing_job_of_the_tick_is_stored():
    try:
        raise KeyError("x")
    except KeyError:
        logging.getLogger("mailing.ticking").exception("the job %s failed", "plan_digests")
    store()
    assert Fault.objects.get().kind == "KeyError"


def test_logged_errors_are_grouped_by_message_without_arguments():
    for number in range(3):
        logging.getLogger("mailing.identity").error("NO MAIL LEAVES: %s", number)
    store()
    fault = Fault.objects.get()
    assert (fault.kind, fault.count) == ("mailing.identity: NO MAIL LEAVES: …", 3)


def test_warnings_are_not_stored():
    logging.getLogger("site").warning("so so")
    assert store() == 0


@pytest.mark.parametrize("error", [DatabaseError("gone"), InterfaceError("connection already closed")])
def test_errors_are_stored_once_the_database_is_available(monkeypatch, error):
    faults.add(counted_error())
    with monkeypatch.context() as patch:
        patch.setattr(Fault.objects, "get_or_create", lambda **kwargs: (_ for _ in ()).throw(error))
        assert store() == 0
    faults.add(counted_error(at=NOW + MINUTE, count=2))
    assert store() == 1
    fault = Fault.objects.get()
    assert (fault.count, fault.first_at, fault.last_at) == (3, NOW, NOW + MINUTE)


def test_number_of_distinct_errors_in_memory_is_limited():
    for number in range(3 * faults.MOST):
        faults.add(counted_error(place=f"module.py in function_{number}"))
    waiting = faults.take()
    assert len(waiting) == faults.MOST + 1
    assert sum(one.count for one in waiting) == 3 * faults.MOST


def test_operator_gets_one_mail_per_hour_with_each_error_once(settings):
    settings.OPERATOR_EMAIL = OPERATOR
    faults.add(counted_error(count=40))
    faults.add(counted_error(place="cms/views.py in picture"))
    store()
    assert report(now=NOW) == "2 errors reported"
    (mail,) = outbox
    assert mail.to == [OPERATOR]
    assert mail.subject == "Le site a rencontré 41 erreurs"
    assert mail.body.count("polls/views.py in answer") == 1
    for minutes in (1, 30, 59):
        faults.add(counted_error(at=NOW + minutes * MINUTE))
        store()
        assert report(now=NOW + minutes * MINUTE) == ""
    assert len(outbox) == 1
    assert report(now=NOW + 60 * MINUTE) == "1 errors reported"
    assert outbox[1].subject == "Le site a rencontré 3 erreurs"
    assert report(now=NOW + 180 * MINUTE) == ""


def test_report_dated_in_the_future_does_not_block_later_ones(settings):
    settings.OPERATOR_EMAIL = OPERATOR
    for moment in (NOW + 24 * 60 * MINUTE, NOW):
        faults.add(counted_error(at=moment))
        store()
        assert report(now=moment) == "1 errors reported"


@pytest.mark.parametrize("changes", [{}, {"SENTRY_DSN": "http://key@127.0.0.1:9/1", "OPERATOR_EMAIL": OPERATOR}])
def test_no_mail_is_sent_without_operator_or_with_sentry(settings, changes):
    for name, value in changes.items():
        setattr(settings, name, value)
    faults.add(counted_error())
    store()
    assert report(now=NOW) == ""
    assert not Message.objects.exists()


def test_errors_are_deleted_after_90_days_by_the_retention_table():
    """By the retention table, not by the hourly report of the tick."""
    faults.add(counted_error())
    store()
    (line,) = [rule for rule in personal_data() if rule.name == "operations.faults"]
    assert line.bounds() == (NOW, NOW + dt.timedelta(days=90))
    later = NOW + dt.timedelta(days=91)
    assert erase_due([line], now=NOW + dt.timedelta(days=90)) == {}
    report(now=later)
    assert Fault.objects.exists()
    assert erase_due([line], now=later) == {"operations.faults": 1}
    assert not Fault.objects.exists()


@pytest.mark.parametrize(
    ("path", "changes", "is_said"),
    [
        ("/casse/a/", {}, False),
        ("/casse/a/", {"OPERATOR_EMAIL": OPERATOR}, True),
        ("/casse/a/", {"SENTRY_DSN": "http://key@127.0.0.1:9/1"}, True),
        ("/sans-base/", {"OPERATOR_EMAIL": OPERATOR}, False),
        ("/sans-base/", {"SENTRY_DSN": "http://key@127.0.0.1:9/1"}, True),
    ],
    ids=["nobody", "operator", "service", "operator without database", "service without database"],
)
def test_error_page_states_that_the_team_was_notified_only_if_true(reader, settings, path, changes, is_said):
    for name, value in changes.items():
        setattr(settings, name, value)
    response = reader.get(path)
    page = response.content.decode()
    assert response.status_code == 500
    assert ("Nous avons été prévenus" in page) is is_said
    assert "Une erreur est survenue" in page


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("connection_left", [None, "cut"])
def test_unavailable_database_returns_503_with_retry_after(reader, monkeypatch, method, connection_left):
    """Unreachable database or cut connection: proxies and crawlers must not take it for an error of the page."""
    gone = SimpleNamespace(connection=connection_left, is_usable=lambda: False)
    monkeypatch.setattr("operations.views.connection", gone)
    response = getattr(reader, method)("/sans-base/")
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "no-store" in response["Cache-Control"]
    assert "Le site ne répond pas pour l’instant" in response.content.decode()
    # Our own errors stay 500, even while the database is down.
    assert reader.get("/casse/a/").status_code == 500


class Service(BaseHTTPRequestHandler):
    """HTTP server that accepts the requests of a Sentry client."""

    def do_POST(self):
        self.server.taken.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


PROGRAM = f"""
import gzip, sys, django
django.setup()
import sentry_sdk
from django.conf import settings
from django.test import Client
from operations.services import schema
schema._problem = ""  # The database is empty.
settings.ROOT_URLCONF = "tests.operations.test_faults"
Client(raise_request_exception=False).post("/casse/a8Zk29QmXw/?q=Odile", {{"text": "{SECRET}"}})
sentry_sdk.flush(timeout=30)
"""


@pytest.mark.stack
@pytest.mark.one_database
def test_sentry_gets_the_error_without_personal_data(tmp_path):
    import gzip
    import os

    with HTTPServer(("127.0.0.1", 0), Service) as server:
        server.taken = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        dsn = f"http://publickey@127.0.0.1:{server.server_port}/1"
        env = {**os.environ, "SENTRY_DSN": dsn, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
        env |= {"VAR_DIR": str(tmp_path), "LOG_LEVEL": "CRITICAL"}
        subprocess.run([sys.executable, "-c", PROGRAM], env=env, check=True, timeout=300)
        server.shutdown()
    bodies = [gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body for body in server.taken]
    (sent,) = [body.decode() for body in bodies if b'"exception"' in body]
    assert '"ValueError"' in sent
    assert '"/casse/***/"' in sent
    assert "test_faults.py" in sent
    for personal in (SECRET, "Odile", "a8Zk29QmXw", "cookies", "REMOTE_ADDR", "127.0.0.1"):
        assert personal not in sent.replace(dsn, ""), personal


def test_failed_and_missed_backups_are_mailed_to_the_operator(settings, tmp_path, outbox):
    settings.OPERATOR_EMAIL = OPERATOR
    (tmp_path / "full").write_text("")
    with pytest.raises(CommandError):
        call_command("backup", tmp_path)
    store()
    assert Fault.objects.get().kind == "operations.management.commands.backup: the backup failed: …"
    Fault.objects.all().delete()

    beat(name="backup", now=NOW)
    for hours in (29, 31, 32, 54, 56):
        tick(now=NOW + dt.timedelta(hours=hours))
    store()
    (missed,) = Fault.objects.all()
    assert (missed.kind, missed.count) == ("operations.services.missed_backups: no backup was made since …", 2)
    report(now=NOW + dt.timedelta(hours=57))
    assert Message.objects.get(kind="operations.faults").to_email == OPERATOR
