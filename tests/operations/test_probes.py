"""Probes: liveness, readiness, and their answers when the database, the migrations or the worker are missing."""

import datetime as dt
import logging

import pytest
from django.db import InterfaceError, OperationalError

from mailing.models import Heartbeat, Identity, Message
from mailing.ticking import beat
from operations import queries, views
from operations.services import schema
from tests.mailing.fakes import make_message

NOW = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)
READY = ("/readyz", "/healthz")


@pytest.fixture(autouse=True)
def as_a_new_process(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(views, "_schema_is_ours", False)
    monkeypatch.setattr(schema, "_problem", None)
    monkeypatch.setattr(schema, "_next_check_at", 0.0)


@pytest.fixture
def stopped(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.mark.one_database
def test_livez_runs_no_query(client):
    """Runs without database access: a query would fail this test."""
    response = client.get("/livez")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
IDENTITY = "https://comite.example"
# Age of the tick, of the backup, of the oldest mail; name in the database; whether it was restored → changed states.
STATES = [
    ((MINUTE, HOUR, 14 * MINUTE, IDENTITY, False), {}),
    ((MINUTE, HOUR, None, None, False), {}),
    ((HOUR, HOUR, None, IDENTITY, False), {"tick": "late"}),
    ((-HOUR, HOUR, None, IDENTITY, False), {"tick": "in the future"}),
    ((None, HOUR, None, IDENTITY, False), {"tick": "never"}),
    ((MINUTE, HOUR, 16 * MINUTE, IDENTITY, False), {"mails": "late"}),
    ((MINUTE, HOUR, None, IDENTITY, True), {"mails": "held since a restore"}),
    ((MINUTE, HOUR, None, "https://copy.example", False), {"mails": "of another site"}),
    ((MINUTE, 31 * HOUR, None, IDENTITY, False), {"backup": "old", "backup_age_seconds": 31 * 3600}),
    ((MINUTE, None, None, IDENTITY, False), {"backup": "never", "backup_age_seconds": None}),
]


@pytest.mark.django_db
def test_readyz_reports_tick_mails_backup_and_files(client, stopped, settings):
    settings.MAIL_IDENTITY = IDENTITY
    well = {"tick": "regular", "mails": "leaving", "backup": "recent", "backup_age_seconds": 3600, "files": "shared"}
    for (tick, backup, mail, name, is_restored), changed in STATES:
        for rows in (Heartbeat, Message, Identity):
            rows.objects.all().delete()
        for heartbeat, age in (("tick", tick), ("backup", backup)):
            if age is not None:
                beat(name=heartbeat, now=NOW - age)
        if mail:
            make_message(now=NOW - mail)
        if name:
            Identity.objects.create(pk=1, name=name, adopted_at=NOW, restored_from=NOW if is_restored else None)
        for path in READY:
            response = client.get(path)
            expected = {**well, **changed, "status": "degraded" if changed else "ok"}
            assert (response.status_code, response.json()) == (200, expected)


@pytest.mark.one_database
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("path", READY)
def test_unavailable_database_returns_503_with_retry_after(client, caplog, monkeypatch, path, error):
    def gone():
        raise error("connection refused\nIs the server running?")

    monkeypatch.setattr(views, "_wrong_with_schema", gone)
    monkeypatch.setattr(views.connection, "close", lambda: None)
    with caplog.at_level(logging.INFO):
        response = client.get(path)
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert [(record.getMessage(), record.exc_info) for record in caplog.records] == [
        ("not ready: connection refused", None)
    ]


@pytest.mark.django_db
def test_readyz_is_unavailable_without_migrations(client, monkeypatch):
    monkeypatch.setattr(queries.MigrationExecutor, "migration_plan", lambda executor, targets: ["one"])
    assert client.get("/readyz").json() == {"status": "unavailable", "why": "migrations are missing"}
    monkeypatch.undo()
    monkeypatch.setattr(schema, "_next_check_at", 0.0)
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_readyz_costs_three_queries_once_ready(client, django_assert_num_queries):
    client.get("/readyz")
    with django_assert_num_queries(3):
        client.get("/readyz")
    assert not Heartbeat.objects.exists()
