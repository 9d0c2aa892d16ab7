"""Web and worker while migrations are missing: pages are refused, tasks wait, until they have run."""

import pytest
from celery.signals import worker_init
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from operations import signals, views
from operations.services import schema

pytestmark = pytest.mark.django_db
PAGES = ("/", "/propositions/", "/api/v1/propositions", "/admin/", "/no-such-page/", "/metrics")


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """Starts a new process; yields its clock, in seconds, which only the tests move."""
    clock = [100.0]
    monkeypatch.setattr(schema, "monotonic", lambda: clock[0])
    monkeypatch.setattr(schema, "_problem", None)
    monkeypatch.setattr(schema, "_next_check_at", 0.0)
    monkeypatch.setattr(views, "_schema_is_ours", False)
    return clock


@pytest.fixture
def migrate():
    """Removes a migration of this code from the database; returns a function that puts it back."""
    applied = MigrationRecorder(connection).migration_qs.filter(app="sessions").values_list("app", "name")
    app, name = applied.get()
    MigrationRecorder(connection).record_unapplied(app, name)
    return lambda: MigrationRecorder(connection).record_applied(app, name)


def test_no_page_is_rendered_until_the_migrations_have_run(client, migrate, now, caplog):
    for path in PAGES:
        response = client.get(path)
        assert (path, response.status_code, response["Retry-After"]) == (path, 503, "10")
        assert response["Cache-Control"] == "private, no-store"
        assert [template.name for template in response.templates] == ["away.html", "layouts/broken.html"]
    assert client.post("/propositions/").status_code == 503
    assert client.get("/livez").status_code == 200
    for path in ("/readyz", "/healthz"):
        response = client.get(path)
        assert (response.status_code, response.json()["why"]) == (503, "migrations are missing")
    assert [record.getMessage() for record in caplog.records] == [
        "the schema is not that of the code: migrations are missing"
    ]
    migrate()
    now[0] += schema.PAUSE
    assert client.get("/").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_older_schema_is_checked_once_in_a_second(client, migrate, now, django_assert_num_queries):
    client.get("/")
    with django_assert_num_queries(0):
        assert client.get("/").status_code == 503
    migrate()
    now[0] += schema.PAUSE / 2
    assert client.get("/").status_code == 503
    now[0] += schema.PAUSE / 2
    assert client.get("/").status_code == 200


def test_current_schema_is_checked_once_in_a_process(client, django_assert_num_queries):
    client.get("/")
    with django_assert_num_queries(0):
        assert not schema.problem()


def test_schema_of_newer_code_is_accepted(client):
    """During an upgrade the previous code serves with the new schema."""
    MigrationRecorder(connection).record_applied("sessions", "9999_of_newer_code")
    assert client.get("/").status_code == 200


def test_starting_worker_waits_for_database_and_migrations(migrate, now, monkeypatch):
    pauses = []

    def sleep(seconds):
        pauses.append(seconds)
        now[0] += seconds
        if len(pauses) == 2:
            monkeypatch.setattr(schema, "problem_with_schema", problem_with_schema)
        if len(pauses) == 4:
            migrate()

    def is_away():
        raise OperationalError("connection refused")

    problem_with_schema = schema.problem_with_schema
    monkeypatch.setattr(schema, "problem_with_schema", is_away)
    monkeypatch.setattr(schema, "sleep", sleep)
    monkeypatch.setattr(schema.connection, "close", lambda: None)
    # The receiver of Celery itself, of no interest here, refuses to run without a worker.
    assert dict(worker_init.send(sender=None))[signals.hold_worker] is None
    assert (len(pauses), schema.problem()) == (4, "")
