"""Backup and restore of a site with files in an object store: atomic, and from disk to store."""

import hashlib
import json
import shutil

import pytest
from django.core.management.base import CommandError
from django.db import OperationalError

from cms.models import CustomDocument
from operations import views
from operations.models import MediaMark
from operations.services import databases
from operations.services.manifest import Manifest
from operations.services.media_in_store import COPIES, WHOLE, InStore
from operations.services.shared_media import NAME, MediaCheck, compared, mark
from tests.operations.sites import backup, media, restore, rows

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.sqlite,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def objects(store):
    return {name: store.content(name) for name in store.names()}


@pytest.fixture
def store(object_store, site):
    """Object store of a site with content."""
    return object_store


@pytest.fixture
def backup_folder(store, tmp_path):
    """Folder of a backup; another document is added afterwards."""
    backup(tmp_path / "backup")
    put(store, "documents/apres.pdf")
    return tmp_path / "backup"


def put(store, name):
    store.client().put_object(Bucket="comite", Key=name, Body=b"after")


def raise_operational_error(*arguments, **options):
    raise OperationalError("the server closed the connection")


def test_restore_brings_back_all_objects(store, tmp_path):
    before = objects(store)
    assert "documents/plan.pdf" in before
    backup(tmp_path / "backup")
    put(store, "documents/apres.pdf")
    put(store, "documents/plan.pdf")
    output = restore(tmp_path / "backup", "--force")
    assert objects(store) == before
    assert f"{len(before)} files of the media" in output


def test_restored_mark_names_the_new_site(store, tmp_path, settings):
    """The mark of the backup names its site; a restore to another site is a deliberate copy."""
    mark()
    backup(tmp_path / "backup")
    settings.MAIL_IDENTITY = "https://copie.ville.fr"
    restore(tmp_path / "backup", "--force")
    assert MediaMark.objects.exists()
    assert store.content(NAME).decode().endswith(" https://copie.ville.fr")
    assert compared() == MediaCheck.SHARED


def test_store_in_use_is_refused(backup_folder, monkeypatch):
    monkeypatch.setattr(databases, "table_names", list)
    with pytest.raises(CommandError, match="/comite holds 2 files already"):
        restore(backup_folder)


@pytest.mark.parametrize("where", ["migrate", "rebuild_modelsearch_index"])
def test_failed_restore_is_rolled_back(store, backup_folder, monkeypatch, where):
    before = rows(), objects(store)
    command = "operations.services.restore.call_command"
    monkeypatch.setattr(command, lambda name, *_, **__: raise_operational_error() if name == where else None)
    with pytest.raises(CommandError, match="what was there is as it was"):
        restore(backup_folder, "--force")
    assert (rows(), objects(store)) == before


@pytest.mark.parametrize("step", ["copy", "upload"])
def test_store_failure_during_a_restore_is_rolled_back(store, backup_folder, monkeypatch, step):
    """The store returns during the rollback of the database; then everything is unchanged."""
    before = rows(), objects(store)
    original = getattr(InStore().store.__class__, step)

    def fail_once(self, *arguments):
        monkeypatch.undo()
        store.stop()
        try:
            original(self, *arguments)
        finally:
            store.start_again()

    monkeypatch.setattr(InStore().store.__class__, step, fail_once)
    with pytest.raises(CommandError, match=r"the object store does not answer.*what was there is as it was"):
        restore(backup_folder, "--force")
    assert (rows(), objects(store)) == before


def test_killed_restore_is_reported_and_rolled_back(store, backup_folder, monkeypatch, client):
    before = objects(store)
    with monkeypatch.context() as patch:
        patch.setattr("operations.services.restore.call_command", raise_operational_error)
        patch.setattr(InStore, "put_back", raise_operational_error)
        patch.setattr("operations.services.restore._put_back", lambda engine: None)
        with pytest.raises(CommandError):
            restore(backup_folder, "--force")
    assert WHOLE in store.names()
    monkeypatch.setattr(views, "_schema_is_ours", False)
    assert client.get("/readyz").json()["why"] == "a restore did not end"
    with pytest.raises(CommandError, match="run it again with --force"):
        backup(backup_folder.parent / "other")
    InStore().put_back()
    assert objects(store) == before
    assert restore(backup_folder, "--force")
    assert [name for name in store.names() if name.startswith((WHOLE, COPIES))] == []


def test_files_move_from_disk_to_store_and_back(site, emulator, settings, tmp_path):
    on_disk, in_folder = media(), settings.STORAGES
    backup(tmp_path / "of-the-disk")
    emulator.empty()
    settings.STORAGES = emulator.storages(in_folder)
    restore(tmp_path / "of-the-disk", "--force")
    assert {name.encode(): content for name, content in objects(emulator).items()} == on_disk
    assert CustomDocument.objects.get().file.read() == b"%PDF-1.4 plan"
    backup(tmp_path / "of-the-store")
    shutil.rmtree(settings.MEDIA_ROOT)
    settings.STORAGES = in_folder
    restore(tmp_path / "of-the-store", "--force")
    assert media() == on_disk


def test_invalid_object_name_is_refused_without_changes(store, backup_folder):
    before = objects(store)
    odd = backup_folder / "media" / "latin-\udce9.txt"
    (backup_folder / "media" / "documents" / "plan.pdf").rename(odd)
    values = vars(Manifest.read(backup_folder))
    files = {name.replace("documents/plan.pdf", "latin-\udce9.txt"): mark for name, mark in values["files"].items()}
    Manifest(**values | {"files": files}).write(backup_folder)
    with pytest.raises(CommandError, match=r"takes no file of this name: 'latin-\\udce9.txt'"):
        restore(backup_folder, "--force")
    assert objects(store) == before


def test_crafted_names_and_links_upload_no_file(store, backup_folder, tmp_path):
    before, values = objects(store), vars(Manifest.read(backup_folder))
    outside = tmp_path / "outside.txt"
    outside.write_bytes(b"secret")
    (backup_folder / "media" / "link.txt").symlink_to(outside)
    mark = hashlib.sha256(b"secret").hexdigest()
    for name, sentence in (
        (f"media/{outside}", "outside of its media"),
        (f"media/{COPIES}a.txt", "outside of its media"),
        (f"media/{WHOLE}", "outside of its media"),
        ("media/link.txt", "links are not followed"),
    ):
        Manifest(**values | {"files": values["files"] | {name: mark}}).write(backup_folder)
        with pytest.raises(CommandError, match=sentence):
            restore(backup_folder, "--force")
        assert objects(store) == before


def test_folder_placeholders_and_unsafe_names_are_left_out(store, tmp_path):
    put(store, "images/")
    put(store, "../outside.txt")
    output = backup(tmp_path / "backup")
    assert output.count("cannot be a file, and is not in the backup") == 2
    assert not (tmp_path / "outside.txt").exists()
    files = json.loads((tmp_path / "backup" / "manifest.json").read_text())["files"]
    assert not any("outside" in name for name in files)


def test_unreachable_store_leaves_no_backup(store, tmp_path):
    store.stop()
    with pytest.raises(CommandError, match="No backup was made: the object store does not answer"):
        backup(tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
