"""Files in an S3 store, over HTTP: editing, reading, and a store that is down."""

import logging

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction

from cms.models import CustomDocument, CustomImage
from committee.models import MemberDocument
from common.models import UndeletedFile
from common.personal_data import HOUR
from common.retention import erase_due
from common.wagtail_hooks import PERSONAL_DATA
from tests.cms.factories import make_document, make_image, picture_file
from tests.factories import NewsPageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.stack, pytest.mark.usefixtures("object_store"), pytest.mark.indexed]
GONE = "Le site ne peut pas garder de fichier"


def body(response):
    return b"".join(response.streaming_content)


def pictures_in(text):
    """Returns the URLs of the renditions in a page."""
    return [word for quoted in text.split('"') for word in quoted.split() if word.startswith("/media/images/")]


def test_files_are_stored_served_to_visitors_and_deleted(
    admin_client, client, object_store, django_capture_on_commit_callbacks
):
    root = Collection.get_first_root_node().pk
    photo = SimpleUploadedFile("salle.jpg", picture_file(size=(1200, 900)).read(), "image/jpeg")
    data = {"title": "La salle", "description": "Une salle pleine", "collection": root, "file": photo}
    assert admin_client.post(reverse("wagtailimages:add"), data).status_code == 302
    plan = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 plan", "application/pdf")
    data = {"title": "Plan", "collection": root, "file": plan}
    assert admin_client.post(reverse("wagtaildocs:add"), data).status_code == 302
    image, document = CustomImage.objects.get(), CustomDocument.objects.get()
    assert {"documents/plan.pdf", "original_images/salle.jpg"} <= set(object_store.names())

    page = NewsPageFactory(image=image)
    response = client.get(page.url)
    shown = pictures_in(response.text)
    assert shown
    assert object_store.endpoint not in response.text
    assert "img-src 'self' data:" in response["Content-Security-Policy"]
    for address in shown:
        answer = client.get(address)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "public, max-age=86400")
        assert body(answer) == object_store.content(address.removeprefix("/media/"))
    answer = client.get(document.url)
    assert (answer.status_code, body(answer)) == (200, b"%PDF-1.7 plan")
    assert answer["Content-Security-Policy"] == "default-src 'none'"
    assert answer["Content-Length"] == "13"
    part = client.get(document.url, headers={"Range": "bytes=0-3"})
    assert (part.status_code, body(part)) == (200, b"%PDF-1.7 plan")

    with django_capture_on_commit_callbacks(execute=True):
        page.delete()
        image.delete()
        document.delete()
    assert [name for name in object_store.names() if not name.startswith("cards/")] == []


def test_unchanged_file_returns_304(client):
    picture, document = make_image().get_rendition("width-32|format-webp").url, make_document(file_hash="abc").url
    for address, header, question in (
        (picture, "Last-Modified", "If-Modified-Since"),
        (document, "ETag", "If-None-Match"),
    ):
        first = client.get(address)
        body(first)
        again = client.get(address, headers={question: first[header]})
        assert (again.status_code, again[header]) == (304, first[header])
    assert again["Content-Security-Policy"] == "default-src 'none'"


def test_private_files_return_404_to_visitors(client, user):
    collection = Collection.get_first_root_node().add_child(name="Membres")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    document = make_document(collection=collection)
    rendition = make_image(collection=collection).get_rendition("width-32|format-webp")
    for address in (document.url, rendition.url):
        assert client.get(address).status_code == 404
    client.force_login(user)
    for address in (document.url, rendition.url):
        answer = client.get(address)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")


@pytest.mark.parametrize("name", ["absent.jpg", "..", "x" * 300, "a%5Cb.jpg"])
def test_missing_file_returns_404(client, name):
    assert client.get(f"/media/images/{name}").status_code == 404


def test_files_with_the_same_name_are_stored_separately(object_store):
    names = [make_document(content=content).file.name for content in (b"one", b"two")]
    assert [object_store.content(name) for name in names] == [b"one", b"two"]


def test_pages_work_and_files_return_503_while_the_store_is_down(client, object_store, caplog):
    image, document = make_image(), make_document()
    page = NewsPageFactory(image=image)
    ready = image.get_rendition("width-32|format-webp").url
    object_store.stop()
    response = client.get(page.url)
    assert response.status_code == 200
    assert image.description in response.text
    card = f"/partage/pages/{page.pk}.png"
    assert client.get(card).status_code == 200
    caplog.clear()
    for address in (ready, document.url):
        with caplog.at_level(logging.INFO):
            answer = client.get(address)
        assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "30", "private, no-store")
        assert "Ce fichier est inaccessible" in answer.text
    assert [(record.levelname, record.getMessage(), record.exc_info) for record in caplog.records] == [
        ("ERROR", f"no file: the object store does not answer: EndpointConnectionError, at {address}", None)
        for address in (ready, document.url)
    ]
    object_store.start_again()
    assert client.get(ready).status_code == 200


def test_size_of_a_member_document_is_known_while_the_store_is_down(object_store):
    MemberDocument.objects.create(title="Budget", file=ContentFile(b"%PDF" + b"x" * 2_000, name="budget.pdf"))
    object_store.stop()
    assert MemberDocument.objects.get().type_and_size.split() == ["PDF,", "2", "ko"]


def test_files_that_could_not_be_deleted_are_deleted_later(object_store, caplog, django_capture_on_commit_callbacks):
    document, picture = make_document(), make_image()
    names = {document.file.name, picture.file.name}
    object_store.stop()
    with django_capture_on_commit_callbacks(execute=True):
        document.delete()
        picture.delete()
    now = timezone.now()
    assert {row.name for row in UndeletedFile.objects.all()} == names
    assert erase_due(PERSONAL_DATA, now=now) == {}
    assert "2 files still wait to be deleted" in caplog.text
    object_store.start_again()
    assert names <= set(object_store.names())
    assert erase_due(PERSONAL_DATA, now=now + HOUR) == {"common.files": 2}
    assert not names & set(object_store.names())
    assert not UndeletedFile.objects.exists()


def test_postponed_deletion_keeps_a_later_file_of_the_same_name(object_store):
    """The store may delete a file although its response is lost; then the name is free for the next file."""
    now = timezone.now()
    kept = make_document().file.name
    for name in (kept, "documents/parti.pdf"):
        UndeletedFile.objects.create(name=name, since=now - HOUR)
    assert erase_due(PERSONAL_DATA, now=now) == {}
    assert kept in object_store.names()
    assert not UndeletedFile.objects.exists()


@pytest.mark.parametrize(
    ("view", "name", "kind"),
    [("wagtailimages:add", "salle.jpg", "image/jpeg"), ("wagtaildocs:add", "plan.pdf", "application/pdf")],
)
def test_upload_while_the_store_is_down_is_a_form_error(admin_client, object_store, view, name, kind):
    object_store.stop()
    content = picture_file().read() if kind == "image/jpeg" else b"%PDF-1.7 plan"
    data = {
        "title": "Le titre écrit",
        "description": "Ce qu’on y voit",
        "file": SimpleUploadedFile(name, content, kind),
    }
    data["collection"] = Collection.get_first_root_node().pk
    response = admin_client.post(reverse(view), data)
    assert response.status_code == 200
    assert GONE in response.text.replace("\xa0", " ")
    assert "Le titre écrit" in response.text
    assert not CustomDocument.objects.exists()
    assert not CustomImage.objects.exists()
