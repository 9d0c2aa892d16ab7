"""Two web servers without shared files lose half of them: each reports it where operators look."""

import io
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.core import checks
from django.core.cache import caches
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from common.media import Folder, MediaUnavailable
from mailing.ticking import beat, tick
from operations.models import MediaMark
from operations.services.shared_media import NAME, MediaCheck, seen
from tests.mailing.fakes import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def start(settings, tmp_path):
    """Returns a function that simulates the start of a process with the media folder of that name."""
    settings.METRICS_NETWORKS = [ip_network("127.0.0.0/8")]

    def process(folder):
        caches["local"].clear()
        settings.MEDIA_ROOT = tmp_path / folder

    return process


def media_warnings():
    messages = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    return [one.msg for one in messages if one.id == "operations.W012"]


def test_first_process_creates_the_mark_for_all_processes_of_its_folder(start, client, settings):
    assert media_warnings() == []
    for _ in range(2):
        start("one")
        assert client.get("/readyz").json()["files"] == "shared"
    assert Path(settings.MEDIA_ROOT, NAME).read_text() == f"{MediaMark.objects.get().key} {settings.MAIL_IDENTITY}"
    assert media_warnings() == []


def test_process_with_another_media_folder_is_reported_everywhere(start, client, editor_of, time_machine, caplog):
    time_machine.move_to(NOW, tick=False)
    start("one")
    seen()
    start("other")
    beat(name="tick", now=NOW)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() | {"status": "degraded", "files": "others"} == response.json()
    client.get("/readyz")
    assert caplog.text.count("THESE ARE NOT THE FILES OF THE SITE") == 1
    assert media_warnings() == ["The files that this process sees are not those of the database."]
    assert "comite_media_shared 0.0" in client.get("/metrics").text
    assert "files: others" in str(tick(now=NOW))
    client.force_login(editor_of("Animation"))
    page = client.get("/admin/etat-du-site/").text
    assert "d’autres fichiers que ceux du site" in page
    assert "manage.py mark_media" in page


def test_mark_media_marks_copied_files(start):
    start("one")
    seen()
    start("copy")
    call_command("mark_media", stdout=(out := io.StringIO()))
    assert out.getvalue() == f"{NAME}: {MediaMark.objects.get().key}\n"
    assert seen() == MediaCheck.SHARED
    start("one")
    assert seen() == MediaCheck.SHARED


def test_mark_media_fails_while_the_old_mark_cannot_be_deleted(start, monkeypatch):
    start("one")
    seen()

    def unavailable(storage, name):
        raise MediaUnavailable("the object store does not answer")

    monkeypatch.setattr(Folder, "delete_now", unavailable)
    with pytest.raises(CommandError, match="does not answer"):
        call_command("mark_media")
    assert list(default_storage.names("store")) == [NAME]


def test_new_database_adopts_the_existing_mark(start):
    start("one")
    seen()
    key = MediaMark.objects.get().key
    MediaMark.objects.all().delete()
    start("one")
    assert seen() == MediaCheck.SHARED
    assert MediaMark.objects.get().key == key


@pytest.mark.stack
@pytest.mark.parametrize("has_mark", [False, True], ids=["new site", "copy of the database"])
def test_two_sites_in_one_bucket_are_reported_everywhere(
    start, object_store, client, editor_of, settings, caplog, has_mark
):
    """The second site does not adopt the files; if it is forced to, the first one reports it."""
    ours, theirs = "https://une.ville.fr", "https://autre.ville.fr"
    settings.MAIL_IDENTITY = ours
    start("one")
    seen()
    mark = object_store.content(NAME)
    if not has_mark:
        MediaMark.objects.all().delete()
    settings.MAIL_IDENTITY = theirs
    start("two")
    assert client.get("/readyz").json()["files"] == "of another site"
    assert f"THE FILES OF ANOTHER SITE: they belong to '{ours}'" in caplog.text
    assert media_warnings() == ["The files that this process sees are those of another site."]
    assert "comite_media_shared 0.0" in client.get("/metrics").text
    client.force_login(editor_of("Animation"))
    assert "fichiers d’un autre site" in client.get("/admin/etat-du-site/").text
    assert MediaMark.objects.exists() == has_mark
    assert object_store.content(NAME) == mark
    call_command("mark_media", stdout=io.StringIO())
    assert seen() == MediaCheck.SHARED
    settings.MAIL_IDENTITY = ours
    start("one")
    assert seen() == MediaCheck.ANOTHER_SITE


def test_mark_without_a_site_name_is_accepted(start, settings):
    start("one")
    seen()
    Path(settings.MEDIA_ROOT, NAME).write_text(MediaMark.objects.get().key)
    start("one")
    assert seen() == MediaCheck.SHARED


def test_tick_does_not_create_the_mark(start, settings):
    start("one")
    tick(now=NOW)
    assert not MediaMark.objects.exists()
    assert not Path(settings.MEDIA_ROOT, NAME).exists()


@pytest.mark.stack
def test_unreachable_store_is_reported_and_creates_no_mark(object_store, client, editor_of):
    object_store.stop()
    assert client.get("/readyz").json()["files"] == "unreachable"
    assert not MediaMark.objects.exists()
    client.force_login(editor_of("Animation"))
    assert "ne peuvent pas être lus" in client.get("/admin/etat-du-site/").text
    object_store.start_again()
    caches["local"].clear()
    assert seen() == MediaCheck.SHARED
    assert object_store.content(NAME).decode().split()[0] == MediaMark.objects.get().key
    object_store.stop()
    assert media_warnings() == ["The files that this process sees do not answer."]
