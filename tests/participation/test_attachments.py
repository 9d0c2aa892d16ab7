"""Files of residents: accepted types, removed metadata, and access."""

import io
import struct
import uuid
import zlib

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from common.shown import BY_PROGRAM
from participation.errors import FileRefused, TooManyFiles
from participation.forms.proposals import FilesForm
from participation.models import Attachment, Proposal, ProposalStep
from participation.services.attachments import MAX_FILES, PDF_MAX_SIZE, attach, check
from participation.services.drafts import delete_draft
from participation.services.states import change_state
from tests.factories import ProposalFactory, UserFactory
from tests.participation.attachments import (
    PDF,
    add,
    begun,
    draft_of,
    fetch,
    files,
    photo_of_a_phone,
    picture,
    published,
    upload,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


# --- Accepted files ---------------------------------------------------------------------------------------------------


def test_metadata_of_photos_is_removed_and_orientation_applied():
    checked = check(upload(photo_of_a_phone()))
    kept = checked.content.read()
    for trace in (b"Exif", b"chez moi", b"GPS"):
        assert trace not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert not image.getexif()
        assert "comment" not in image.info
        # Rotated upright before the orientation tag was removed.
        assert image.size == (40, 60) == (checked.width, checked.height)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (picture("PNG", mode="RGBA"), "capture.png"),
        (picture("PNG", mode="P"), "capture.PNG"),
        (picture("WEBP"), "image.webp"),
        (picture("JPEG", mode="CMYK"), "scan.jpeg"),
        (picture("JPEG", mode="L"), "gris.jpg"),
        (picture("WEBP"), "recu-par-messagerie.jpg"),
    ],
)
def test_pictures_are_converted_to_jpeg(content, name):
    checked = check(upload(content, name))
    with Image.open(checked.content) as image:
        assert (image.format, image.mode) == ("JPEG", "RGB")


def test_transparent_pixels_become_white():
    with Image.open(check(upload(picture_transparent(), "logo.png")).content) as image:
        assert all(channel > 250 for channel in image.getpixel((1, 1)))


def picture_transparent():
    target = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(target, "PNG")
    return target.getvalue()


def test_large_pictures_are_resized():
    checked = check(upload(picture(size=(3_000, 1_500))))
    assert (checked.width, checked.height) == (1_200, 600)


def bomb(width=60_000, height=60_000):
    """Returns a small PNG whose header declares huge dimensions."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1_000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "photo.jpg", "vide"),
        (b"MZ\x90\0 ceci est un programme", "photo.jpg", "n’est pas ce que dit son nom"),
        (b"<script>alert(1)</script>", "texte.pdf", "n’est pas ce que dit son nom"),
        (b"%PDF-1.4 sans fin", "texte.pdf", "n’est pas ce que dit son nom"),
        (PDF, "photo.jpg", "n’est pas ce que dit son nom"),
        (picture(), "texte.pdf", "n’est pas ce que dit son nom"),
        (picture()[:200], "coupee.jpg", "n’est pas ce que dit son nom"),
        (picture("GIF"), "anime.gif", "Choisissez une image"),
        (picture("GIF"), "anime.png", "n’est pas ce que dit son nom"),
        (b"<svg onload='alert(1)'/>", "dessin.svg", "Choisissez une image"),
        (picture(), "photo.jpg.exe", "Choisissez une image"),
        (picture(), "photo", "Choisissez une image"),
        (PDF[:9] + b" " * PDF_MAX_SIZE + PDF[9:], "lourd.pdf", "trop lourd"),
        (bomb(), "bombe.png", "trop de points"),
        (bomb(7_000, 7_000), "grande.png", "trop de points"),
    ],
)
def test_invalid_files_are_refused_with_a_message(content, name, said):
    with pytest.raises(FileRefused) as refusal:
        check(upload(content, name))
    assert said in str(refusal.value)


def test_html_appended_to_a_picture_is_removed():
    checked = check(upload(picture() + b"<script>alert(1)</script>"))
    assert b"<script>" not in checked.content.read()


@pytest.mark.parametrize("name", ["../../settings.jpg", "/etc/passwd.jpg", "a\0b.jpg", "é" * 90 + ".jpg", "con.jpg"])
def test_name_of_the_uploaded_file_is_not_stored(name):
    attachment = add(draft_of(), name=name)
    attachment.refresh_from_db()
    folder, _slash, kept = attachment.file.name.partition("/")
    assert folder == "pieces-jointes"
    assert uuid.UUID(kept.removesuffix(".jpg"))
    assert files() == [kept]


def test_number_of_files_is_limited():
    draft = draft_of()
    for _number in range(MAX_FILES):
        add(draft)
    with pytest.raises(TooManyFiles):
        add(draft)
    assert len(files()) == MAX_FILES


def test_file_submitted_twice_is_stored_once():
    draft, key = draft_of(), uuid.uuid4()
    first, second = (attach(draft=draft, file=upload(picture()), key=key, now=timezone.now()) for _time in range(2))
    assert first == second
    assert len(files()) == 1


def test_database_requires_exactly_one_owner():
    attachment = add(draft_of())
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=attachment.pk).update(proposal=ProposalFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=attachment.pk).update(draft=None)


# --- Access -----------------------------------------------------------------------------------------------------------


TEAM = {"author", "moderator", "organiser"}
EVERYBODY = TEAM | {"anonymous", "resident", "writer", "service"}


@pytest.mark.parametrize(
    ("state", "seen_by"),
    [("recue", TEAM), ("publiee", EVERYBODY), ("regroupee", EVERYBODY), ("refusee", TEAM), ("retiree", TEAM)],
)
def test_files_are_accessible_to_readers_of_the_proposal_only(people, state, seen_by):
    author = UserFactory()
    attachment = add(draft_of(author))
    published(attachment, author=author, state=state)
    readers = set()
    for name, person in {**people, "author": author}.items():
        client = Client()
        if person.is_authenticated:
            client.force_login(person)
        answer = fetch(client, attachment, **{"If-None-Match": f'"{attachment.pk.hex}"'})
        # A user with access learns that the file has not changed; for others it does not exist.
        assert answer.status_code in (304, 404)
        if fetch(client, attachment).status_code == 200:
            readers.add(name)
        assert (name in readers) == (answer.status_code == 304)
    assert readers == seen_by


def test_file_of_a_draft_is_accessible_to_its_author_only(client, user, call):
    draft, _address = begun(client)
    attachment = add(draft)
    assert fetch(client, attachment).status_code == 200
    assert fetch(Client(), attachment).status_code == 404
    client.force_login(user)
    assert fetch(client, attachment).status_code == 200
    other = Client()
    other.force_login(UserFactory())
    assert fetch(other, attachment).status_code == 404


def test_public_files_are_cached_for_a_minute_and_others_never(client, user):
    public, hidden = add(draft_of()), add(draft_of())
    published(public)
    published(hidden, author=user, state="recue")
    answer = fetch(client, public)
    assert "public" in answer["Cache-Control"]
    assert "max-age=60" in answer["Cache-Control"]
    assert not answer.cookies
    client.force_login(user)
    assert "no-store" in fetch(client, hidden)["Cache-Control"]


def test_file_name_of_a_downloaded_document_is_its_description(client):
    attachment = add(draft_of(), PDF, "x.pdf")
    published(attachment)
    Attachment.objects.update(description='Plan d’accès "2027"\r\nSet-Cookie: a=b')
    answer = fetch(client, attachment)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="plan-dacces-2027-set-cookie-ab.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.body == PDF


def test_help_text_depends_on_the_type_of_the_file():
    """Regression: the hint of a document used the example of a picture."""
    draft = draft_of()
    image, document = add(draft), add(draft, PDF, "plan.pdf")
    hints = [field.help_text for _file, field in FilesForm(attachments=[image, document]).rows]
    assert "borne" in hints[0]
    assert "horaires" in hints[1]
    assert "voient" not in hints[1]


def test_moderators_see_the_files_of_a_received_proposal(client, moderator):
    attachment = add(draft_of())
    proposal = published(attachment, state="recue")
    client.force_login(moderator)
    page = client.get(f"/admin/propositions/inspect/{proposal.pk}/").content.decode()
    assert f'<img src="{attachment.get_absolute_url()}" alt="La borne"' in page


def test_files_of_a_proposal_need_one_query(client):
    def cost(proposal):
        client.get(proposal.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(proposal.get_absolute_url())
        return len(queries)

    without = cost(ProposalFactory())
    draft = draft_of()
    one = published(add(draft))
    three = ProposalFactory()
    for _number in range(3):
        Attachment.objects.filter(pk=add(draft_of()).pk).update(draft=None, proposal=three)
    assert cost(one) == cost(three) == without + 1 <= 10


# --- Retention --------------------------------------------------------------------------------------------------------


def test_files_are_deleted_with_their_draft(django_capture_on_commit_callbacks):
    draft = draft_of()
    add(draft)
    with django_capture_on_commit_callbacks(execute=True):
        delete_draft(draft=draft)
    assert files() == []


def test_files_are_deleted_when_the_proposal_is_withdrawn(user, django_capture_on_commit_callbacks):
    proposal = published(add(draft_of()), author=user)
    with django_capture_on_commit_callbacks(execute=True):
        change_state(
            proposal=proposal,
            state=Proposal.State.WITHDRAWN,
            role=ProposalStep.Role.AUTHOR,
            actor=user,
            now=timezone.now(),
            shown=BY_PROGRAM,
        )
    assert files() == []
    assert not Attachment.objects.exists()


def test_files_of_a_refused_proposal_are_preserved(moderator):
    from participation.services.moderation import moderate

    proposal = published(add(draft_of()), state="recue")
    moderate(
        text=proposal,
        state=Proposal.State.REFUSED,
        moderator=moderator,
        now=timezone.now(),
        reason="Hors sujet.",
        shown=BY_PROGRAM,
    )
    assert len(files()) == 1
