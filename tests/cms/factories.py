"""Images, documents and bodies for tests."""

from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image

from cms.models import CustomDocument, CustomImage
from demo.load.pages import bulk_pages

GPS_TAG = 0x8825
ORIENTATION_TAG = 0x0112


def exif_of_a_phone():
    """Returns the metadata of a photo taken with the phone held sideways: its orientation, and a GPS position."""
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = 6
    exif.get_ifd(GPS_TAG).update({1: "N", 2: (48.0, 34.0, 58.0)})
    return exif


def picture_file(name="photo.jpg", *, size=(64, 48), image_format="JPEG", with_position=False):
    """Returns an image file; `with_position`: as from a phone, rotated and with its GPS position."""
    options = {"exif": exif_of_a_phone()} if with_position else {}
    content = BytesIO()
    Image.new("RGB", size, "teal").save(content, image_format, **options)
    return ContentFile(content.getvalue(), name=name)


def make_image(**kwargs):
    file = kwargs.pop("file", None) or picture_file()
    return CustomImage.objects.create(
        **{"title": "Atelier", "description": "Six personnes autour d’une table", "file": file, **kwargs}
    )


def make_document(**kwargs):
    content = kwargs.pop("content", b"%PDF-1.4 " + b"x" * 239_991)
    name = kwargs.pop("name", "guide.pdf")
    return CustomDocument.objects.create(
        **{"title": "Guide des ateliers", "file": ContentFile(content, name=name), "file_size": len(content), **kwargs}
    )


def rich_text(html):
    return {"type": "text", "value": html}


def make_many(model, parent, count, *, first_published_at, **values):
    """Adds `count` live pages with the same `values` under `parent`, latest first, each a day older."""
    return bulk_pages(
        model,
        parent,
        range(count),
        lambda number: {"slug": f"page-{number}", **values},
        first_published_at=first_published_at,
    )
