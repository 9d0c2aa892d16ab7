"""Squashed migrations: a database with all of the old ones has nothing to apply."""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from operations.queries import UPGRADED

# Our migrations of version 1.1.0, the last one before the squash: an app and a name on each line.
BEFORE = [tuple(line.split()) for line in (Path(__file__).parent / "migrations_before.txt").read_text().splitlines()]
OURS = {config.label for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR}


@pytest.fixture
def recorded(db):
    """Returns a function that records exactly the given migrations of ours as applied in the test database."""

    def record(names):
        recorder = MigrationRecorder(connection)
        recorder.migration_qs.filter(app__in=OURS).delete()
        for app_label, name in names:
            recorder.record_applied(app_label, name)
        return MigrationExecutor(connection)

    return record


def test_every_old_migration_is_replaced_once():
    replaced = [old for migration in MigrationLoader(None).disk_migrations.values() for old in migration.replaces]
    assert sorted(old for old in replaced if old[0] in OURS) == BEFORE


def test_database_from_before_the_squash_needs_no_squashed_migration(recorded):
    executor = recorded(BEFORE)
    executor.loader.check_consistent_history(connection)
    planned = executor.migration_plan(executor.loader.graph.leaf_nodes())
    assert [str(migration) for migration, _backwards in planned if migration.replaces] == []


def test_empty_database_needs_all_migrations(recorded):
    """Control."""
    executor = recorded([])
    planned = {
        migration.app_label for migration, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())
    }
    assert planned == {app_label for app_label, _name in BEFORE}


def test_oldest_version_to_upgrade_is_the_one_before_the_squash():
    """The table of `operations.queries` names the last migration of each app."""
    assert dict(BEFORE) == UPGRADED
