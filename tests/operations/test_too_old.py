"""Database of a version before 1.1.0: refused by one sentence, before anything is touched."""

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import ProgrammingError, connection
from django.db.migrations.recorder import MigrationRecorder

from operations import admin, views
from operations.queries import SQUASHED, TOO_OLD, UPGRADED, applied_migrations, is_too_old, problem_with_schema
from operations.services import schema

pytestmark = pytest.mark.django_db


@pytest.fixture
def old_database(monkeypatch):
    """Makes the records of the database those of a version before the last migration of `home`."""
    monkeypatch.setattr(views, "_schema_is_ours", False)
    monkeypatch.setattr(schema, "_problem", None)
    recorded = MigrationRecorder(connection).migration_qs.filter(app="home")
    recorded.filter(name__in=[SQUASHED, "0002_version_2_content", UPGRADED["home"]]).delete()


@pytest.mark.usefixtures("old_database")
def test_migrate_refuses_before_it_builds_a_plan():
    before = applied_migrations()
    with pytest.raises(SystemCheckError, match=TOO_OLD):
        call_command("migrate", skip_checks=False, verbosity=0)
    assert applied_migrations() == before


@pytest.mark.usefixtures("old_database")
def test_readiness_probe_and_state_of_the_site_say_so(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()["why"]) == (503, TOO_OLD)
    assert admin.database().act == "Installez la version 1.1.0 et lancez ses migrations d’abord."


@pytest.mark.usefixtures("old_database")
def test_backup_that_lacks_a_table_says_so(tmp_path, monkeypatch):
    def lacks_a_table(**kwargs):
        raise ProgrammingError("no such table")

    monkeypatch.setattr("operations.management.commands.backup.back_up", lacks_a_table)
    with pytest.raises(CommandError, match=TOO_OLD):
        call_command("backup", str(tmp_path / "new"))


def test_only_a_part_of_the_older_migrations_is_too_old():
    current = applied_migrations()
    assert not problem_with_schema()
    last = set(UPGRADED.items())
    cases = {
        "empty": ((), False),
        "this version": (current, False),
        "first start of this version, interrupted": ({("home", SQUASHED), ("home", "0001_schema")}, False),
        "1.1.0": (last | {("home", "0001_initial")}, False),
        "later": (current | {("home", "0003_later")}, False),
        "an app of 1.1.0 lacks": ({pair for pair in last if pair[0] != "fieldwork"}, False),
        "before 1.1.0": (last - {("home", UPGRADED["home"])} | {("home", "0001_schema")}, True),
        "before the first release": ({("home", "0001_initial")}, True),
    }
    assert {case: is_too_old(applied) for case, (applied, _old) in cases.items()} == {
        case: old for case, (_applied, old) in cases.items()
    }
