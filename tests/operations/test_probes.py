"""Probes: liveness, readiness, and their answers when the database, the migrations or the worker are missing."""

import datetime as dt
import logging

import pytest
from django.db import InterfaceError, OperationalError

from mailing.models import Heartbeat
from mailing.ticking import beat
from operations import queries, views
from operations.services import schema

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


@pytest.mark.django_db
@pytest.mark.parametrize("path", READY)
@pytest.mark.parametrize(
    ("last", "status", "tick"),
    [
        (NOW - dt.timedelta(minutes=1), "ok", "regular"),
        (NOW - dt.timedelta(hours=1), "degraded", "late"),
        (NOW + dt.timedelta(hours=1), "degraded", "in the future"),
        (None, "degraded", "never"),
    ],
    ids=["regular", "late", "future", "never"],
)
def test_readyz_reports_the_state_of_the_tick(client, stopped, path, last, status, tick):
    if last:
        beat(name="tick", now=last)
    response = client.get(path)
    assert (response.status_code, response.json()) == (200, {"status": status, "tick": tick, "files": "shared"})


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
def test_readyz_costs_one_query_once_ready(client, django_assert_num_queries):
    client.get("/readyz")
    with django_assert_num_queries(1):
        client.get("/readyz")
    assert not Heartbeat.objects.exists()
