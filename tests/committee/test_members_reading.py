"""Documents, notes and polls of the members: access, versions of notes."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from committee.area.queries import poll_tasks
from committee.attendance.queries.member_tasks import session_tasks
from committee.models import Mandate, MemberDocument, NoteVersion, SessionPage, WorkingNote
from polls.models import Participation, Poll
from tests.factories import MandateFactory, SessionPageFactory, TopicPageFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
SECRET = "Réponses réservées"
PAGES = ["", "aide/", "convocations/", "documents/", "notes/", "notes/ecrire/", "sondages/", "annuaire/"]
PAGES += ["annuaire/moi/"]


@pytest.fixture(autouse=True)
def _now(time_machine, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def member():
    return MandateFactory(member__user=UserFactory(), member__name="Odile M.").member


@pytest.fixture
def former():
    mandate = MandateFactory(member__user=UserFactory(), ends_on=NOW.date() - DAY)
    return mandate.member


@pytest.fixture
def document():
    return MemberDocument.objects.create(title=SECRET, file=ContentFile(b"%PDF-1.4 secret", name="paie.pdf"))


@pytest.fixture
def note(client, member):
    client.force_login(member.user)
    client.post("/membres/notes/ecrire/", {"key": uuid.uuid4(), "seen": 0, "title": SECRET, "body": "Un."})
    client.logout()
    return WorkingNote.objects.get()


def test_area_lists_new_documents_of_the_last_two_weeks(client, member, former, document):
    for reader, now, is_told in (
        (member, NOW + 14 * DAY, True),
        (member, NOW + 15 * DAY, False),
        (former, NOW + DAY, False),
    ):
        with time_machine.travel(now, tick=False):
            client.force_login(reader.user)
            page = client.get("/membres/").content.decode().replace("\u00a0", " ")
        assert (f"Nouveau depuis le 24 novembre 2026 : {SECRET}." in page) is is_told, now
        assert ("Des fichiers pour les membres seulement" in page) is (reader == member and not is_told), now


def test_pages_of_the_area_require_a_sitting_member(client, member, former, document, note):
    addresses = [f"/membres/{page}" for page in PAGES] + [
        note.get_absolute_url(),
        f"{note.get_absolute_url()}modifier/",
    ]
    for address in addresses:
        assert client.get(address).status_code == 302, address
    for reader in (UserFactory(), former.user):
        client.force_login(reader)
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 403, address
            assert SECRET not in answer.content.decode()
    client.force_login(member.user)
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "no-store" in answer["Cache-Control"]


def test_secretariat_can_read_documents_and_notes_but_not_write_notes(client, editor_of, note):
    client.force_login(editor_of("Secrétariat"))
    account = client.get("/compte/").content.decode()
    for address in ("/membres/documents/", "/membres/notes/"):
        assert f'href="{address}"' in account
        assert client.get(address).status_code == 200
    page = client.get("/membres/notes/").content.decode()
    assert SECRET in page
    assert "Écrire une note" not in page
    page = client.get(note.get_absolute_url()).content.decode()
    assert SECRET in page
    assert "Modifier cette note" not in page
    for address in ("/membres/", "/membres/notes/ecrire/", f"{note.get_absolute_url()}modifier/", "/membres/annuaire/"):
        assert client.get(address).status_code == 403, address


def test_document_is_served_to_members_and_secretariat_only(client, editor_of, member, former, document):
    address = document.get_absolute_url()
    assert client.get(address).headers["Location"].startswith("/compte/connexion/")
    for reader in (UserFactory(), former.user, editor_of("Rédaction"), editor_of("Modération")):
        client.force_login(reader)
        assert client.get(address).status_code == client.get("/membres/documents/999999/").status_code == 404
    for reader in (member.user, editor_of("Secrétariat")):
        client.force_login(reader)
        answer = client.get(address)
        assert b"".join(answer.streaming_content) == b"%PDF-1.4 secret"
        assert answer["Content-Security-Policy"] == "default-src 'none'"
        assert "no-store" in answer["Cache-Control"]
        assert answer["Content-Disposition"].startswith("attachment")


def test_document_is_not_on_public_pages(client, document, note):
    assert "paie" not in document.file.name
    assert client.get(f"/media/{document.file.name}").status_code == 404
    for address in ("/", "/recherche/?q=Réponses", "/plan-du-site/", "/sitemap.xml", "/donnees-ouvertes/"):
        page = client.get(address)
        assert (page.status_code, SECRET in page.content.decode()) == (200, False), address


def test_secretariat_can_add_a_document_and_deletion_removes_the_file(
    client, editor_of, django_capture_on_commit_callbacks
):
    client.force_login(editor_of("Secrétariat"))
    address = reverse("wagtailsnippets_committee_memberdocument:add")

    def send(name):
        data = {"title": "Budget", "description": "", "session": "", "file": SimpleUploadedFile(name, b"a;b")}
        return client.post(address, data)

    assert send("page.html").status_code == 200
    assert not MemberDocument.objects.exists()
    assert send("budget.csv").status_code == 302
    document = MemberDocument.objects.get()
    storage, name = document.file.storage, document.file.name
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("wagtailsnippets_committee_memberdocument:delete", args=[document.pk]))
    assert not storage.exists(name)


def test_failed_deletion_of_a_file_does_not_stop_on_commit_callbacks(
    document, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def fail(storage, name):
        raise OSError("disk failed")

    monkeypatch.setattr("common.media.Folder.delete", fail)
    followed = []
    with django_capture_on_commit_callbacks(execute=True):
        document.delete()
        transaction.on_commit(lambda: followed.append("next"))
    assert followed == ["next"]
    assert "disk failed" in caplog.text
    assert not MemberDocument.objects.exists()


def test_edit_of_an_outdated_note_shows_both_texts(client, member, note):
    client.force_login(member.user)
    edit = f"{note.get_absolute_url()}modifier/"
    first = {"title": SECRET, "body": "Un et deux.", "seen": 1}
    assert client.post(edit, first).status_code == 302
    page = client.post(edit, {"title": SECRET, "body": "Un et trois.", "seen": 1})
    text = page.content.decode()
    assert page.status_code == 200
    assert "Un et deux." in text
    assert "Un et trois." in text
    assert 'name="seen" value="2"' in text
    assert client.post(edit, {"title": SECRET, "body": "Un, deux, trois.", "seen": 2}).status_code == 302
    assert list(NoteVersion.objects.order_by("number").values_list("number", "body")) == [
        (1, "Un."),
        (2, "Un et deux."),
        (3, "Un, deux, trois."),
    ]
    content = client.get(note.get_absolute_url()).content.decode()
    assert "Un et deux." in content
    assert "Odile M." in content


def test_note_preserves_a_topic_and_a_session_that_are_unpublished(client, member, note):
    topic, session = TopicPageFactory(live=False), SessionPageFactory(live=False)
    WorkingNote.objects.update(topic=topic, session=session)
    client.force_login(member.user)
    edit = f"{note.get_absolute_url()}modifier/"
    form = client.get(edit).context["form"]
    values = {name: form[name].value() for name in ("title", "topic", "session", "seen")}
    assert client.post(edit, {**values, "body": "Un et deux."}).status_code == 302
    saved = WorkingNote.objects.get()
    assert (saved.body, saved.topic_id, saved.session_id) == ("Un et deux.", topic.pk, session.pk)
    # Another note cannot have them.
    assert client.post("/membres/notes/ecrire/", {**values, "body": "Un."}).status_code == 200


def test_note_submitted_twice_is_saved_once(client, member, note):
    client.force_login(member.user)
    data = {"key": note.key, "seen": 0, "title": SECRET, "body": "Un."}
    assert client.post("/membres/notes/ecrire/", data).status_code == 302
    assert WorkingNote.objects.count() == NoteVersion.objects.count() == 1


def test_note_is_escaped_as_plain_text(client, member, note):
    client.force_login(member.user)
    client.post(f"{note.get_absolute_url()}modifier/", {"title": "<i>T", "body": "<script>x</script>", "seen": 1})
    page = client.get(note.get_absolute_url()).content.decode()
    assert "<script>x" not in page
    assert "&lt;i&gt;T" in page


def make_poll(slug, audience=Poll.Audience.MEMBERS, *, opens_at=NOW - DAY, closes_at=NOW + DAY):
    return Poll.objects.create(
        title=slug, slug=slug, audience=audience, is_draft=False, opens_at=opens_at, closes_at=closes_at
    )


def test_member_poll_is_a_task_until_it_is_answered(client, member):
    waiting, answered = make_poll("attend"), make_poll("fait")
    make_poll("pour-le-public", Poll.Audience.ACCOUNTS)
    make_poll("fini", closes_at=NOW)
    Participation.objects.create(poll=answered, user=member.user)
    Participation.objects.create(poll=waiting, user=UserFactory())
    assert [one.url for one in poll_tasks(member, NOW)] == [waiting.get_absolute_url()]
    client.force_login(member.user)
    page = client.get("/membres/sondages/").content.decode()
    assert "Répondu" in page
    assert "pour-le-public" not in page


def test_seat_poll_answered_by_the_substitute_is_answered_for_the_holder(client, member):
    seat = Mandate.objects.get(member=member).seat
    poll = make_poll("sieges", Poll.Audience.SEATS)
    client.force_login(member.user)
    assert "À répondre" in client.get("/membres/sondages/").text
    Participation.objects.create(poll=poll, user=UserFactory(), voice=f"siege-{seat.pk}")
    page = client.get("/membres/sondages/").text
    assert "Répondu" in page
    assert "À répondre" not in page


def test_next_session_is_a_task_until_it_begins(member):
    session = SessionPageFactory(starts_at=NOW + DAY)
    SessionPageFactory(starts_at=NOW + 3 * DAY)
    [task] = session_tasks(member, NOW)
    assert (session.heading in task.title, task.until) == (True, session.starts_at)
    assert session_tasks(member, NOW + DAY)[0].until == NOW + 3 * DAY


def test_documents_name_no_unpublished_session(client, member):
    session = SessionPageFactory(title="Perroquet")
    MemberDocument.objects.create(title="Canari", session=session, file=ContentFile(b"x", name="a.pdf"))
    client.force_login(member.user)
    for is_live in (True, False):
        SessionPage.objects.filter(pk=session.pk).update(live=is_live)
        page = client.get("/membres/documents/").content.decode()
        assert ("Canari" in page, "Perroquet" in page) == (True, is_live)
