"""Two web servers without shared files lose half of them: each reports it where operators look."""

import io
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.core import checks
from django.core.cache import caches
from django.core.management import call_command

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


def warned():
    messages = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    return [one.msg for one in messages if one.id == "operations.W012"]


def test_the_first_process_makes_the_mark_and_whoever_shares_its_folder_is_well(start, client, settings):
    assert warned() == []
    for _ in range(2):
        start("one")
        assert client.get("/readyz").json()["files"] == "shared"
    assert Path(settings.MEDIA_ROOT, NAME).read_text() == f"{MediaMark.objects.get().key} {settings.MAIL_IDENTITY}"
    assert warned() == []


def test_a_web_with_a_folder_of_its_own_says_so_everywhere(start, client, editor_of, time_machine, caplog):
    time_machine.move_to(NOW, tick=False)
    start("one")
    seen()
    start("other")
    beat(name="tick", now=NOW)
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (
        200,
        {"status": "degraded", "tick": "regular", "files": "others"},
    )
    client.get("/readyz")
    assert caplog.text.count("THESE ARE NOT THE FILES OF THE SITE") == 1
    assert warned() == ["The files that this process sees are not those of the database."]
    assert "comite_media_shared 0.0" in client.get("/metrics").text
    assert "files: others" in str(tick(now=NOW))
    client.force_login(editor_of("Animation"))
    page = client.get("/admin/etat-du-site/").text
    assert "d’autres fichiers que ceux du site" in page
    assert "manage.py mark_media" in page


def test_files_that_were_copied_without_their_mark_get_it_by_hand(start, client):
    start("one")
    seen()
    start("copy")
    call_command("mark_media", stdout=(out := io.StringIO()))
    assert out.getvalue() == f"{NAME}: {MediaMark.objects.get().key}\n"
    assert seen() == MediaCheck.SHARED
    start("one")
    assert seen() == MediaCheck.SHARED


def test_a_new_database_takes_the_mark_that_lies_there(start):
    start("one")
    seen()
    key = MediaMark.objects.get().key
    MediaMark.objects.all().delete()
    start("one")
    assert seen() == MediaCheck.SHARED
    assert MediaMark.objects.get().key == key


@pytest.mark.stack
@pytest.mark.parametrize("has_mark", [False, True], ids=["new site", "copy of the database"])
def test_two_sites_in_one_bucket_say_so_everywhere(start, object_store, client, editor_of, settings, caplog, has_mark):
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
    assert warned() == ["The files that this process sees are those of another site."]
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


def test_a_mark_of_before_sites_had_names_is_taken(start, settings):
    start("one")
    seen()
    Path(settings.MEDIA_ROOT, NAME).write_text(MediaMark.objects.get().key)
    start("one")
    assert seen() == MediaCheck.SHARED


def test_a_tick_before_anybody_asked_makes_no_mark(start, settings):
    start("one")
    tick(now=NOW)
    assert not MediaMark.objects.exists()
    assert not Path(settings.MEDIA_ROOT, NAME).exists()


@pytest.mark.stack
def test_a_store_that_does_not_answer_is_told_and_makes_nothing_up(object_store, client, editor_of):
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
    assert warned() == ["The files that this process sees do not answer."]
