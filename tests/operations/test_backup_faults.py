"""Backup and restore under faults: stopped, killed, locked, disk full, odd file names, other versions."""

import json
import os
import shutil
import signal
import sqlite3
import threading
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.contrib.auth.models import Group
from django.core import checks
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection, connections, transaction

from mailing.models import Identity
from operations import views
from operations.services import databases, media
from operations.services.manifest import Manifest
from tests.factories import NewsPageFactory
from tests.operations.sites import backup, drill, restore, snapshot

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.sqlite,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
postgresql_only = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is copied without programs")


def fail_at(monkeypatch, where, action):
    def run(name, *arguments, **options):
        if name == where:
            action()
        return call_command(name, *arguments, **options)

    monkeypatch.setattr("operations.services.restore.call_command", run)


def stop_this_process():
    os.kill(os.getpid(), signal.SIGTERM)


def raise_operational_error():
    raise OperationalError("the server closed the connection")


@pytest.fixture
def killed(folder, settings, monkeypatch):
    """Restore that failed half-way without rollback, as if the process had been killed."""
    NewsPageFactory(title="Après la sauvegarde")
    Path(settings.MEDIA_ROOT, "apres.txt").write_text("nouveau")
    before = snapshot()
    with monkeypatch.context() as patch:
        fail_at(patch, "migrate", raise_operational_error)
        patch.setattr(type(databases.engine()), "put_back", lambda self: raise_operational_error())
        patch.setattr(type(media.place()), "put_back", lambda self: raise_operational_error())
        # A first restore has nothing to roll back at its start.
        patch.setattr("operations.services.restore._put_back", lambda engine: None)
        with pytest.raises(CommandError, match="did not end, and what was there could not be put back"):
            restore(folder, "--force")
    yield before
    databases.engine().put_back()


def test_killed_restore_blocks_the_site_and_backups(killed, folder, tmp_path, client, monkeypatch):
    monkeypatch.setattr(views, "_schema_is_ours", False)
    assert client.get("/readyz").json()["why"] == "a restore did not end"
    messages = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    assert "operations.E010" in [problem.id for problem in messages]
    with pytest.raises(CommandError, match="A restore did not end here"):
        restore(folder)
    with pytest.raises(CommandError, match="run it again with --force"):
        backup(tmp_path / "other")


def test_restore_can_be_repeated_after_a_kill(killed, folder, client, monkeypatch):
    assert "3 e-mails held" in restore(folder, "--force")
    monkeypatch.setattr(views, "_schema_is_ours", False)
    assert client.get("/readyz").status_code == 200
    assert Identity.objects.get().restored_from


def test_restore_after_a_kill_can_still_be_rolled_back(killed, folder, monkeypatch):
    fail_at(monkeypatch, "rebuild_modelsearch_index", raise_operational_error)
    with pytest.raises(CommandError, match="Nothing was restored, what was there is as it was"):
        restore(folder, "--force")
    assert snapshot() == killed


@pytest.mark.parametrize("where", ["migrate", "rebuild_modelsearch_index"])
def test_stopped_restore_is_rolled_back(folder, monkeypatch, where):
    NewsPageFactory(title="Après la sauvegarde")
    before = snapshot()
    fail_at(monkeypatch, where, stop_this_process)
    with pytest.raises(CommandError, match=r"Stopped\. Nothing was restored"):
        restore(folder, "--force")
    assert snapshot() == before


def test_stopped_backup_leaves_no_folder(site, tmp_path, monkeypatch):
    monkeypatch.setattr("operations.services.media.copy_to", lambda folder: stop_this_process())
    with pytest.raises(CommandError, match="Stopped: no backup was made"):
        backup(tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


@contextmanager
def open_write_transaction():
    """Holds a second connection in a transaction with a change."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
    else:
        parameters = {key: connection.get_connection_params()[key] for key in ("host", "user", "dbname")}
        with psycopg.connect(**parameters) as other:
            other.execute("INSERT INTO auth_group (name) VALUES ('half')")
            yield
            other.rollback()


def test_restore_gives_up_while_another_connection_writes(folder, monkeypatch):
    monkeypatch.setattr(databases, "LOCK_SECONDS", 1)
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.1)
        connection.close()
    before = snapshot()
    with open_write_transaction(), pytest.raises(CommandError, match=r"Does the site still run\? Nothing was restored"):
        restore(folder, "--force")
    assert snapshot() == before


def test_backup_of_a_busy_site_is_consistent(site, tmp_path):
    """Groups are created in pairs: an inconsistent backup would split a pair, or count other rows than it copies."""
    stop, made = threading.Event(), threading.Event()

    def write():
        number = 0
        while not stop.is_set():
            number += 1
            with transaction.atomic():
                Group.objects.create(name=f"left {number}")
                Group.objects.create(name=f"right {number}")
            made.set()
        connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made.wait()
        for number in range(3):
            backup(tmp_path / str(number))
    finally:
        stop.set()
        writer.join()
    counts = []
    for number in range(3):
        restore(tmp_path / str(number), "--force")
        names = Group.objects.values_list("name", flat=True)
        left, right = (sum(name.startswith(side) for name in names) for side in ("left", "right"))
        assert left == right > 0
        counts.append(left)
    assert counts == sorted(counts)


def test_unusual_file_names_are_restored(site, settings, tmp_path):
    root = os.fsencode(settings.MEDIA_ROOT)
    odd = [
        b"d\xc3\xa9j\xc3\xa0 vu.txt",
        "de\u0301ja\u0300.txt".encode(),
        b"latin-\xe9.txt",
        b"two\nlines.txt",
        b"a/-rf",
    ]
    for number, name in enumerate(odd):
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        Path(os.fsdecode(path)).write_text(str(number))
    before = snapshot()[2]
    backup(tmp_path / "backup")
    shutil.rmtree(settings.MEDIA_ROOT)
    restore(tmp_path / "backup", "--force")
    assert snapshot()[2] == before
    assert set(odd) <= before.keys()


def test_link_in_the_media_is_reported_and_left_out(site, settings, tmp_path):
    Path(settings.MEDIA_ROOT, "away").symlink_to(tmp_path)
    output = backup(tmp_path / "backup")
    assert f"WARNING: {settings.MEDIA_ROOT}/away is a link, and is not in the backup." in output


def test_backup_inside_the_media_is_refused(folder, settings):
    inside = Path(settings.MEDIA_ROOT, "backup")
    with pytest.raises(CommandError, match="lies among the media"):
        backup(inside)
    shutil.copytree(folder, inside)
    with pytest.raises(CommandError, match="lies among the media"):
        restore(inside, "--force")
    assert (inside / "manifest.json").exists()


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"../outside.txt": "0"}, "outside of its media"),
        ({"other.txt": "0"}, "outside of its media"),
        ({"/etc/hostname": "0"}, "outside of its media"),
        (None, "it names no database"),
    ],
    ids=["above", "beside", "absolute", "no database"],
)
def test_manifest_with_outside_files_or_no_database_is_refused(folder, files, sentence):
    values = vars(Manifest.read(folder))
    Manifest(**values | {"files": values["files"] | files if files else {}}).write(folder)
    with pytest.raises(CommandError, match=sentence):
        restore(folder, "--force")


def test_manifest_with_unknown_keys_is_refused(folder, monkeypatch):
    monkeypatch.setattr("operations.services.manifest._checksum", lambda values: "same")
    values = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(values | {"later": 1, "checksum": "same"}))
    with pytest.raises(CommandError, match="other things than a manifest of this code"):
        restore(folder, "--force")


def test_backup_of_older_code_is_migrated_after_restore(site, tmp_path):
    call_command("migrate", "wagtailredirects", "0007", verbosity=0)
    try:
        backup(tmp_path / "backup")
    finally:
        call_command("migrate", verbosity=0)
    assert "wagtailredirects.0008_add_verbose_name_plural" not in Manifest.read(tmp_path / "backup").migrations
    restore(tmp_path / "backup", "--force")
    assert Identity.objects.get().restored_from


@postgresql_only
def test_dump_that_the_server_cannot_load_is_reported(site, tmp_path, monkeypatch):
    monkeypatch.setattr(databases, "_version_of", lambda program: 17)
    monkeypatch.setattr(databases, "_version_of_server", lambda: 16)
    assert "was made by pg_dump 17: PostgreSQL 16 as here cannot load it" in backup(tmp_path / "backup")


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Returns a function that replaces programs of PostgreSQL by scripts."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def make(**scripts):
        for name, script in scripts.items():
            (folder / name).write_text(f"#!/bin/sh\n{script}\n")
            (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    return make


@postgresql_only
def test_backup_fails_with_pg_dump_older_than_the_server(site, tmp_path, programs):
    programs(pg_dump="echo 'aborting because of server version mismatch' >&2; exit 1")
    with pytest.raises(CommandError, match="server version mismatch"):
        backup(tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


@postgresql_only
def test_restore_is_refused_with_pg_restore_newer_than_the_server(folder, programs, monkeypatch):
    before = snapshot()
    monkeypatch.setattr(databases, "_version_of_server", lambda: 16)
    programs(pg_restore="echo 'pg_restore (PostgreSQL) 17.2'")
    with pytest.raises(CommandError, match="cannot load into PostgreSQL 16"):
        restore(folder, "--force")
    assert snapshot() == before


@postgresql_only
def test_missing_postgresql_program_is_reported(site, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CommandError, match="pg_dump is not installed"):
        backup(tmp_path / "backup")


@postgresql_only
def test_drill_drops_no_database_of_others(folder):
    name = f"{connection.settings_dict['NAME']}_drill"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        with pytest.raises(CommandError, match=f"The scratch database {name} cannot be created: .* already exists"):
            drill(folder)
        # Fails if the database is no more.
        cursor.execute(f"DROP DATABASE {name}")
