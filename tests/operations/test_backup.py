"""Backup and restore of a whole site: same rows and files, atomic, no mail sent twice, erased users stay erased."""

import datetime as dt
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import ProgrammingError, connection

from accounts.models import User
from committee.register.exports import export
from committee.verify_register import verify
from mailing.models import Heartbeat, Identity, Message
from operations.services import databases
from operations.services.manifest import Manifest
from tests.factories import NewsPageFactory
from tests.operations.sites import backup, drill, media, restore, rows, snapshot, triggers

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
# Tables that a restore changes on purpose.
CHANGED = {"django_session", "usersessions_usersession", "mailing_message", "mailing_identity", "mailing_heartbeat"}


def is_index_table(name):
    return "indexentry" in name or name == "cache_table"


def test_restore_brings_back_all_rows_triggers_and_files(folder, settings):
    before, guards, files = rows(), triggers(), media()
    NewsPageFactory(title="Après la sauvegarde")
    User.objects.filter(email="odile@courriel.example").update(public_name="Une autre")
    databases.Path(settings.MEDIA_ROOT, "apres.txt").write_text("nouveau")
    output = restore(folder, "--force")
    after = rows()
    assert before.keys() == after.keys()
    different = {name for name in after if not is_index_table(name) and before[name] != after[name]}
    assert different == CHANGED & {name for name in before if before[name]} | {"mailing_heartbeat"} & different
    assert triggers() == guards
    assert len(guards) > 10
    assert media() == files
    assert any(name.endswith(b".pdf") for name in files)
    verify(export())
    assert "3 e-mails held" in output
    assert "WARNING" not in output


def test_backup_reports_missing_migrations(tmp_path, monkeypatch):
    def lacks_a_table(**kwargs):
        raise ProgrammingError('relation "accounts_erasedaccount" does not exist')

    monkeypatch.setattr("operations.management.commands.backup.back_up", lacks_a_table)
    with pytest.raises(ProgrammingError):
        backup(tmp_path / "new")
    monkeypatch.setattr("operations.management.commands.backup.missing_migrations", lambda: 2)
    with pytest.raises(CommandError, match="lacks 2 migrations of this code"):
        backup(tmp_path / "new")


@pytest.mark.thorough
def test_manifest_has_counts_checksums_version_and_names_of_secrets_only(folder, settings):
    text = (folder / "manifest.json").read_text()
    manifest = json.loads(text)
    assert manifest["tables"]["accounts_user"] == User.objects.count()
    assert manifest["version"]
    assert manifest["last_migrations"]["mailing"] == "0001_version_2"
    assert set(manifest["secrets"]) >= {"SECRET_KEY"}
    assert settings.SECRET_KEY not in text
    assert {name.partition("/")[0] for name in manifest["files"]} == {databases.engine().file, "media"}
    assert {path.stat().st_mode & 0o077 for path in (folder, folder / databases.engine().file)} == {0}
    assert Heartbeat.objects.filter(name="backup").exists()


@pytest.mark.thorough
def test_restored_mails_are_held_and_sessions_are_deleted(folder):
    assert set(Message.objects.values_list("state", flat=True)) == {"pending"}
    assert Session.objects.exists()
    Message.objects.update(state="sent")
    restore(folder, "--force")
    assert set(Message.objects.values_list("state", flat=True)) == {"restored"}
    assert Identity.objects.get().restored_from == dt.datetime.fromisoformat(
        json.loads((folder / "manifest.json").read_text())["made_at"]
    )
    assert not Session.objects.exists()


@pytest.mark.thorough
@pytest.mark.parametrize(
    "where", ["the list beside the database", "the database that is replaced", "a list kept apart"]
)
def test_erased_users_stay_erased_after_a_restore(folder, settings, tmp_path, where):
    User.objects.get(email="odile@courriel.example").delete()
    erasure_list = settings.ERASURES_DIR / "erasures.txt"
    assert erasure_list.exists()
    arguments = ["--force"]
    if where == "the list beside the database":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM accounts_erasedaccount")
    elif where == "the database that is replaced":
        erasure_list.unlink()
    else:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM accounts_erasedaccount")
        erasure_list.rename(tmp_path / "apart.txt")
        arguments += ["--erasures", str(tmp_path / "apart.txt")]
    assert "1 accounts erased again" in restore(folder, *arguments)
    assert not User.objects.filter(email="odile@courriel.example").exists()


@pytest.mark.thorough
def test_changed_secret_key_is_reported(folder, settings):
    settings.SECRET_KEY = "another" * 9
    assert "WARNING: SECRET_KEY" in restore(folder, "--force")
    settings.SECRET_KEY_FALLBACKS = ["tests-only-" + "0" * 54]
    assert "WARNING" not in restore(folder, "--force")


def damage_a_byte(folder):
    path = folder / databases.engine().file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def delete_a_file(folder):
    next(path for path in (folder / "media").rglob("*") if path.is_file()).unlink()


def change_the_manifest(folder, **changes):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def add_an_unknown_migration(folder):
    values = json.loads((folder / "manifest.json").read_text())
    values.pop("checksum")
    last_migrations = values["last_migrations"] | {"mailing": "0999_later"}
    Manifest(**values | {"last_migrations": last_migrations}).write(folder)


def leave_out_what_is_new_in_1_1_0(folder):
    values = json.loads((folder / "manifest.json").read_text())
    values.pop("checksum")
    left_out = {"home.0001_version_2", "home.0025_group_rights"}
    migrations = [name for name in values["migrations"] if name not in left_out]
    Manifest(**values | {"migrations": migrations}).write(folder)


def change_the_database_engine(folder):
    values = json.loads((folder / "manifest.json").read_text())
    values.pop("checksum")
    Manifest(**values | {"database": "oracle"}).write(folder)


def delete_the_manifest(folder):
    (folder / "manifest.json").unlink()


def add_to_manifest(name):
    """Returns a function that adds `name`, with the checksum of b"secret", to an otherwise valid manifest."""

    def spoil(folder):
        values = vars(Manifest.read(folder))
        Manifest(**values | {"files": values["files"] | {name: hashlib.sha256(b"secret").hexdigest()}}).write(folder)

    return spoil


def add_a_link_to_a_file(folder):
    (folder.parent / "outside.txt").write_bytes(b"secret")
    (folder / "media" / "documents" / "link.txt").symlink_to(folder.parent / "outside.txt")
    add_to_manifest("media/documents/link.txt")(folder)


def add_a_link_to_a_folder(folder):
    (folder.parent / "outside").mkdir()
    (folder.parent / "outside" / "file.txt").write_bytes(b"secret")
    (folder / "media" / "link").symlink_to(folder.parent / "outside")
    add_to_manifest("media/link/file.txt")(folder)


def add_a_pipe(folder):
    os.mkfifo(folder / "media" / "pipe")
    add_to_manifest("media/pipe")(folder)


BAD = {
    **{
        name: (add_to_manifest(name), "outside of its media")
        for name in (
            "media//etc/hostname",
            "/etc/hostname",
            "media/../../hostname",
            "media/./a.txt",
            "media/a//b.txt",
            "media",
            "media/",
            "media/.before-restore/a.txt",
            "media/.moving/a.txt",
            "media/.a.txt",
            "media/lost+found/a.txt",
            "other/a.txt",
            "media/a\0b",
        )
    },
    "a link to a file": (add_a_link_to_a_file, "links are not followed"),
    "a link to a folder": (add_a_link_to_a_folder, "links are not followed"),
    "a pipe": (add_a_pipe, "not a regular file"),
    "a byte": (damage_a_byte, "damaged"),
    "a file": (delete_a_file, "damaged"),
    "the manifest": (lambda folder: change_the_manifest(folder, version="9"), "was changed"),
    "the format": (lambda folder: change_the_manifest(folder, format="other"), "not that of a backup"),
    "newer code": (add_an_unknown_migration, "Install that version first"),
    "code before 1.1.0": (leave_out_what_is_new_in_1_1_0, "restore it with version 1.1.0"),
    "another database": (change_the_database_engine, "backup of oracle"),
    "interrupted": (delete_the_manifest, "it is no backup"),
}


def test_invalid_backup_is_refused_without_changes(folder, tmp_path):
    before, files = rows(), media()
    for index, (case, (spoil, sentence)) in enumerate(BAD.items()):
        copy = tmp_path / str(index) / "backup"
        shutil.copytree(folder, copy)
        spoil(copy)
        with pytest.raises(CommandError, match=sentence):
            restore(copy, "--force")
        assert (rows(), media()) == (before, files), case


def database_names():
    """Returns the databases of the server; of SQLite, the file in use."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT file FROM pragma_database_list"
            if connection.vendor == "sqlite"
            else "SELECT datname FROM pg_database"
        )
        return sorted(cursor.fetchall())


def test_drill_restores_into_a_scratch_database_and_leaves_the_site_alone(folder, tmp_path, settings, caplog):
    NewsPageFactory(title="Après la sauvegarde")
    databases.Path(settings.MEDIA_ROOT, "apres.txt").write_text("nouveau")
    before, names, manifest = snapshot(), database_names(), Manifest.read(folder)
    output = drill(tmp_path)
    assert f"{folder}, of 20" in output
    assert (
        f"can be restored: {sum(manifest.tables.values())} rows of {len(manifest.tables)} tables and 1 file" in output
    )
    assert "WARNING" not in output
    tables = manifest.tables | {"wagtailcore_page": 1}
    Manifest(**vars(manifest) | {"tables": tables}).write(folder)
    with pytest.raises(
        CommandError, match=r"is not the one that was backed up: wagtailcore_page\. The site was not touched"
    ):
        drill(folder)
    delete_a_file(folder)
    with pytest.raises(CommandError, match="damaged"):
        drill(folder)
    with pytest.raises(CommandError, match="it is no backup"):
        drill(tmp_path / "media")
    assert [record.levelname for record in caplog.records if "the drill failed" in record.message] == ["ERROR"] * 3
    assert (snapshot(), database_names()) == (before, names)


@pytest.mark.thorough
def test_hidden_file_is_reported_and_left_out(site, tmp_path, settings):
    databases.Path(settings.MEDIA_ROOT, ".DS_Store").write_text("x")
    assert ".DS_Store begins with a point, and is not in the backup" in backup(tmp_path / "backup")
    assert "media/.DS_Store" not in Manifest.read(tmp_path / "backup").files
    restore(tmp_path / "backup", "--force")


@pytest.mark.thorough
def test_database_in_use_and_media_in_use_are_refused(folder, monkeypatch):
    with pytest.raises(CommandError, match="tables already"):
        restore(folder)
    monkeypatch.setattr(databases, "table_names", list)
    with pytest.raises(CommandError, match="files already"):
        restore(folder)


@pytest.mark.thorough
@pytest.mark.parametrize("where", ["migrate", "rebuild_modelsearch_index"])
def test_failed_restore_is_rolled_back(folder, settings, monkeypatch, where):
    NewsPageFactory(title="Après la sauvegarde")
    databases.Path(settings.MEDIA_ROOT, "apres.txt").write_text("nouveau")
    before, guards, files = rows(), triggers(), media()

    def fail(name, *arguments, **options):
        if name == where:
            raise OSError("the disk is full")
        return call_command(name, *arguments, **options)

    monkeypatch.setattr("operations.services.restore.call_command", fail)
    with pytest.raises(CommandError, match="the disk is full"):
        restore(folder, "--force")
    assert (rows(), triggers(), media()) == (before, guards, files)


@pytest.mark.thorough
def test_full_disk_leaves_no_backup(site, tmp_path):
    """Limits files to 100 kB: the database and the disk then fail as if the disk were full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(CommandError):
            backup(tmp_path / "backup")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not (tmp_path / "backup").exists()
    backup(tmp_path / "backup")


@pytest.mark.thorough
def test_non_empty_folder_is_left_unchanged(folder):
    before = sorted(folder.rglob("*"))
    with pytest.raises(CommandError, match="is not empty"):
        backup(folder)
    assert sorted(folder.rglob("*")) == before


@pytest.mark.thorough
def test_restored_pages_are_in_the_search_index(folder, client):
    restore(folder, "--force")
    # Search terms are highlighted in its title, so look for the link.
    assert 'href="/actualites/un-guichet-rouvre/"' in client.get("/recherche/", {"q": "guichet"}).content.decode()


@pytest.mark.thorough
def test_restore_into_an_empty_database_of_another_environment(folder, tmp_path):
    """As after the loss of a machine: the commands have nothing but the environment."""
    var_dir = tmp_path / "var"
    var_dir.mkdir()
    url = f"sqlite:///{var_dir / 'comite.sqlite3'}"
    if connection.vendor == "postgresql":
        host, name = connection.settings_dict["HOST"], "restored_elsewhere"
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
            cursor.execute(f"CREATE DATABASE {name}")
        url = f"postgresql://{connection.settings_dict['USER']}@/{host}/{name}"
    env = {**os.environ, "VAR_DIR": str(var_dir), "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.dev"}
    command = [sys.executable, "manage.py", "restore", str(folder)]
    done = subprocess.run(command, cwd=django_settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "WARNING: SECRET_KEY" in done.stderr
    again = subprocess.run(command, cwd=django_settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)
    assert "tables already" in again.stderr
    assert [path.name for path in (var_dir / "media").rglob("plan*.pdf")]
