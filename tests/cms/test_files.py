"""Images and documents: storage, and access."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from wagtail.models import Collection, CollectionViewRestriction

from cms.models import CustomDocument
from committee.models import MemberDocument
from common.images import MAX_SIDE, prepared
from tests.cms.factories import GPS_TAG, make_document, make_image, picture_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.mark.parametrize(("image_format", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp")])
def test_photo_is_stored_upright_without_its_position(image_format, name):
    photo = picture_file(name, image_format=image_format, with_position=True)
    with Image.open(photo) as source:
        assert source.getexif().get_ifd(GPS_TAG), "the photo of this test must hold a position"

    image = make_image(file=photo)
    with image.open_file() as file, Image.open(file) as kept:
        assert not kept.getexif()
        assert "exif" not in kept.info
        assert kept.size == (48, 64)


def test_recorded_size_is_that_of_the_stored_file():
    image = make_image(file=picture_file(with_position=True))
    assert image.file_size == image.file.size
    assert (image.width, image.height) == (48, 64)


def test_nothing_but_the_points_of_an_image_is_stored():
    texts = PngInfo()
    texts.add_text("Author", "canari")
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0b\x1c\x02\x50\0\x06canari\0"
    files = {
        "IPTC": drawn("JPEG", extra=b"\xff\xed" + (len(iptc) + 2).to_bytes(2) + iptc),
        "text of a PNG": drawn("PNG", pnginfo=texts),
        "after the end of a JPEG": drawn("JPEG") + b"canari",
        "after the end of a PNG": drawn("PNG") + b"canari",
        "after the end of a WebP": drawn("WEBP") + b"canari",
    }
    assert all(b"canari" in content for content in files.values())
    kept = {name: prepared(ContentFile(content, name="a")).read() for name, content in files.items()}
    assert [name for name, content in kept.items() if b"canari" in content] == []
    assert {Image.open(BytesIO(content)).size for content in kept.values()} == {(64, 48)}


def drawn(kind, **options):
    content = BytesIO()
    Image.new("RGB", (64, 48)).save(content, kind, **options)
    return content.getvalue()


@pytest.mark.parametrize(("image_format", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp")])
def test_image_is_reduced_to_the_maximum_size(image_format, name):
    image = make_image(file=picture_file(name, image_format=image_format, size=(MAX_SIDE * 2, 1_000)))
    assert (image.width, image.height) == (MAX_SIDE, 500)


def test_large_rotated_photo_is_turned_before_it_is_reduced():
    image = make_image(file=picture_file(size=(MAX_SIDE * 2, 1_000), with_position=True))
    assert (image.width, image.height) == (500, MAX_SIDE)


def test_change_of_title_does_not_change_the_file():
    image = make_image()
    name = image.file.name
    image.title = "Autre titre"
    image.save()
    assert image.file.name == name


@pytest.mark.parametrize(
    ("title", "meaningful"),
    [("Guide des ateliers", True), ("scan_0012.pdf", False), ("Guide v1.2", True), (" .pdf", False)],
)
def test_file_name_is_not_a_meaningful_title(title, meaningful):
    assert make_document(title=title).has_meaningful_title is meaningful


@pytest.mark.parametrize(("size", "weight"), [(1, "1 ko"), (240_000, "240 ko"), (1_250_000, "1,2 Mo")])
def test_size_of_a_document_is_formatted_in_french(size, weight):
    written = make_document(content=b"x" * size).type_and_size
    assert written.replace("\u00a0", " ") == f"PDF, {weight}"


def test_rendition_is_public_and_can_be_cached(client):
    rendition = make_image().get_rendition("width-32|format-webp")
    response = client.get(rendition.url)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert "public" in response["Cache-Control"]
    assert not response.cookies
    response.close()


@pytest.mark.parametrize("address", ["/media/images/absent.jpg", "/partage/pages/1.png"])
def test_renditions_and_cards_refuse_post(client, address):
    assert client.post(address).status_code == 405


def test_original_image_is_not_served(client):
    assert client.get(make_image().file.url).status_code == 404


def test_document_is_not_served_at_the_url_of_its_file(client):
    assert client.get(make_document().file.url).status_code == 404


@pytest.mark.parametrize(
    "path", ["../documents/guide.pdf", "..%2Fdocuments%2Fguide.pdf", "", "absent.jpg", "%2Fetc%2Fpasswd"]
)
def test_files_outside_the_folder_of_renditions_are_not_served(client, path):
    make_document()
    assert client.get(f"/media/images/{path}").status_code == 404


def test_document_is_served_with_a_policy_without_scripts(client):
    response = client.get(make_document().url)
    assert response.status_code == 200
    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    response.close()


def test_private_document_returns_404_to_visitors(client, user):
    collection = Collection.get_first_root_node().add_child(name="Membres")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    document = make_document(collection=collection)

    response = client.get(document.url)
    assert response.status_code == 404
    assert f'href="/compte/connexion/?next={document.url}"' in response.content.decode()

    client.force_login(user)
    response = client.get(document.url)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    response.close()


def test_an_empty_document_has_one_error(admin_client):
    """Wagtail adds that its extension, which it does not read, is not allowed."""
    data = {"title": "Le rapport", "collection": Collection.get_first_root_node().pk}
    empty = SimpleUploadedFile("rapport.pdf", b"", "application/pdf")
    form = admin_client.post(reverse("wagtaildocs:add"), data | {"file": empty}).context["form"]
    assert form.errors == {"file": ["Le fichier soumis est vide."]}


@pytest.mark.parametrize(
    ("model", "view"),
    [(CustomDocument, "wagtaildocs:add"), (MemberDocument, "wagtailsnippets_committee_memberdocument:add")],
)
def test_document_that_is_too_large_is_refused_with_the_limit(admin_client, settings, model, view):
    settings.DOCUMENT_MAX_SIZE = 2_000_000
    data = {"title": "Le rapport", "collection": Collection.get_first_root_node().pk}
    heavy = SimpleUploadedFile("rapport.pdf", b"%PDF-1.7" + bytes(2_000_000), "application/pdf")
    text = admin_client.post(reverse(view), data | {"file": heavy}).text
    assert "Ce fichier est trop lourd : 2 Mo au plus." in text.replace("\xa0", " ")
    assert not model.objects.exists()
    light = SimpleUploadedFile("rapport.pdf", b"%PDF-1.7" + bytes(1_000_000), "application/pdf")
    assert admin_client.post(reverse(view), data | {"file": light}).status_code == 302
    settings.DOCUMENT_MAX_SIZE = 1_000
    model.objects.get().full_clean()
