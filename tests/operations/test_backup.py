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
from tests.operations.sites import backup, media, restore, rows, triggers

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
# Tables that a restore changes on purpose.
CHANGED = {"django_session", "usersessions_usersession", "mailing_message", "mailing_identity", "mailing_heartbeat"}


def of_the_index(name):
    return "indexentry" in name or name == "cache_table"


def test_what_is_restored_is_what_was_there(folder, settings):
    before, guards, files = rows(), triggers(), media()
    NewsPageFactory(title="Après la sauvegarde")
    User.objects.filter(email="odile@courriel.example").update(public_name="Une autre")
    databases.Path(settings.MEDIA_ROOT, "apres.txt").write_text("nouveau")
    output = restore(folder, "--force")
    after = rows()
    assert before.keys() == after.keys()
    different = {name for name in after if not of_the_index(name) and before[name] != after[name]}
    assert different == CHANGED & {name for name in before if before[name]} | {"mailing_heartbeat"} & different
    assert triggers() == guards
    assert len(guards) > 10
    assert media() == files
    assert any(name.endswith(b".pdf") for name in files)
    verify(export())
    assert "3 e-mails held" in output
    assert "WARNING" not in output


def test_new_code_before_its_migrations_says_so(tmp_path, monkeypatch):
    def lacks_a_table(**kwargs):
        raise ProgrammingError('relation "accounts_erasedaccount" does not exist')

    monkeypatch.setattr("operations.management.commands.backup.back_up", lacks_a_table)
    with pytest.raises(ProgrammingError):
        backup(tmp_path / "new")
    monkeypatch.setattr("operations.management.commands.backup.missing_migrations", lambda: 2)
    with pytest.raises(CommandError, match="lacks 2 migrations of this code"):
        backup(tmp_path / "new")


@pytest.mark.thorough
def test_the_manifest_names_counts_checksums_version_and_secrets_and_no_value(folder, settings):
    text = (folder / "manifest.json").read_text()
    manifest = json.loads(text)
    assert manifest["tables"]["accounts_user"] == User.objects.count()
    assert manifest["version"]
    assert manifest["last_migrations"]["mailing"] == "0002_restored_mails"
    assert set(manifest["secrets"]) >= {"SECRET_KEY"}
    assert settings.SECRET_KEY not in text
    assert {name.partition("/")[0] for name in manifest["files"]} == {databases.engine().file, "media"}
    assert {path.stat().st_mode & 0o077 for path in (folder, folder / databases.engine().file)} == {0}
    assert Heartbeat.objects.filter(name="backup").exists()


@pytest.mark.thorough
def test_a_mail_that_was_due_at_the_backup_waits_for_a_person_and_nobody_stays_signed_in(folder):
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
def test_who_was_erased_since_stays_erased(folder, settings, tmp_path, where):
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
def test_another_secret_key_is_told(folder, settings):
    settings.SECRET_KEY = "another" * 9
    assert "WARNING: SECRET_KEY" in restore(folder, "--force")
    settings.SECRET_KEY_FALLBACKS = ["tests-only-" + "0" * 54]
    assert "WARNING" not in restore(folder, "--force")


def damage_a_byte(folder):
    path = folder / databases.engine().file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def lose_a_file(folder):
    next(path for path in (folder / "media").rglob("*") if path.is_file()).unlink()


def change_the_manifest(folder, **changes):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def come_from_newer_code(folder):
    values = json.loads((folder / "manifest.json").read_text())
    values.pop("checksum")
    Manifest(**values | {"migrations": [*values["migrations"], "mailing.0999_later"]}).write(folder)


def come_from_another_database(folder):
    values = json.loads((folder / "manifest.json").read_text())
    values.pop("checksum")
    Manifest(**values | {"database": "oracle"}).write(folder)


def be_interrupted(folder):
    (folder / "manifest.json").unlink()


def crafted(name):
    """Returns a function that adds `name`, with the checksum of b"secret", to an otherwise valid manifest."""

    def spoil(folder):
        values = vars(Manifest.read(folder))
        Manifest(**values | {"files": values["files"] | {name: hashlib.sha256(b"secret").hexdigest()}}).write(folder)

    return spoil


def a_link_to_a_file(folder):
    (folder.parent / "outside.txt").write_bytes(b"secret")
    (folder / "media" / "documents" / "link.txt").symlink_to(folder.parent / "outside.txt")
    crafted("media/documents/link.txt")(folder)


def a_link_to_a_folder(folder):
    (folder.parent / "outside").mkdir()
    (folder.parent / "outside" / "file.txt").write_bytes(b"secret")
    (folder / "media" / "link").symlink_to(folder.parent / "outside")
    crafted("media/link/file.txt")(folder)


def a_pipe(folder):
    os.mkfifo(folder / "media" / "pipe")
    crafted("media/pipe")(folder)


BAD = {
    **{
        name: (crafted(name), "outside of its media")
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
    "a link to a file": (a_link_to_a_file, "links are not followed"),
    "a link to a folder": (a_link_to_a_folder, "links are not followed"),
    "a pipe": (a_pipe, "not a regular file"),
    "a byte": (damage_a_byte, "damaged"),
    "a file": (lose_a_file, "damaged"),
    "the manifest": (lambda folder: change_the_manifest(folder, version="9"), "was changed"),
    "the format": (lambda folder: change_the_manifest(folder, format="other"), "not that of a backup"),
    "newer code": (come_from_newer_code, "Install that version first"),
    "another database": (come_from_another_database, "backup of oracle"),
    "interrupted": (be_interrupted, "it is no backup"),
}


def test_a_bad_backup_is_refused_before_anything_is_touched(folder, tmp_path):
    before, files = rows(), media()
    for index, (case, (spoil, sentence)) in enumerate(BAD.items()):
        copy = tmp_path / str(index) / "backup"
        shutil.copytree(folder, copy)
        spoil(copy)
        with pytest.raises(CommandError, match=sentence):
            restore(copy, "--force")
        assert (rows(), media()) == (before, files), case


@pytest.mark.thorough
def test_a_file_that_begins_with_a_point_is_told_and_left_out(site, tmp_path, settings):
    databases.Path(settings.MEDIA_ROOT, ".DS_Store").write_text("x")
    assert ".DS_Store begins with a point, and is not in the backup" in backup(tmp_path / "backup")
    assert "media/.DS_Store" not in Manifest.read(tmp_path / "backup").files
    restore(tmp_path / "backup", "--force")


@pytest.mark.thorough
def test_a_database_in_use_and_media_in_use_are_refused(folder, settings, monkeypatch):
    with pytest.raises(CommandError, match="tables already"):
        restore(folder)
    monkeypatch.setattr(databases, "table_names", list)
    with pytest.raises(CommandError, match="files already"):
        restore(folder)


@pytest.mark.thorough
@pytest.mark.parametrize("where", ["migrate", "rebuild_modelsearch_index"])
def test_what_fails_on_the_way_puts_everything_back(folder, settings, monkeypatch, where):
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
def test_a_full_disk_leaves_no_backup_behind(site, tmp_path):
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
def test_a_folder_that_holds_something_is_left_alone(folder):
    before = sorted(folder.rglob("*"))
    with pytest.raises(CommandError, match="is not empty"):
        backup(folder)
    assert sorted(folder.rglob("*")) == before


@pytest.mark.thorough
def test_the_search_finds_what_was_restored(folder, client):
    restore(folder, "--force")
    # Search terms are highlighted in its title, so look for the link.
    assert 'href="/actualites/un-guichet-rouvre/"' in client.get("/recherche/", {"q": "guichet"}).content.decode()


@pytest.mark.thorough
def test_it_goes_into_an_empty_database_of_another_environment(folder, tmp_path, django_db_blocker):
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
