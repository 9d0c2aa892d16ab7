"""Pictures, documents and bodies for tests."""

import datetime as dt
from io import BytesIO

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import connection
from django.db.models import F
from django.utils import timezone
from PIL import Image
from wagtail.models import Page

from cms.models import CustomDocument, CustomImage

GPS_TAG = 0x8825
ORIENTATION_TAG = 0x0112


def picture_file(name="photo.jpg", *, size=(64, 48), image_format="JPEG", with_position=False):
    """A picture; `with_position`: as a phone makes it, lying on its side, with its GPS position."""
    options = {}
    if with_position:
        options["exif"] = exif = Image.Exif()
        exif[ORIENTATION_TAG] = 6
        exif.get_ifd(GPS_TAG)[1] = "N"
        exif.get_ifd(GPS_TAG)[2] = (48.0, 34.0, 58.0)
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
    """Adds `count` live pages under `parent`, with two statements for all of them but the model's own rows."""
    content_type = ContentType.objects.get_for_model(model)
    pages = [
        model(
            title=f"Page {number}",
            draft_title=f"Page {number}",
            slug=f"page-{number}",
            path=model._get_path(parent.path, parent.depth + 1, 1_000 + number),
            depth=parent.depth + 1,
            url_path=f"{parent.url_path}page-{number}/",
            live=True,
            locale_id=parent.locale_id,
            content_type=content_type,
            first_published_at=first_published_at - dt.timedelta(days=number),
            last_published_at=first_published_at - dt.timedelta(days=number),
            **values,
        )
        for number in range(count)
    ]
    names = [field.attname for field in Page._meta.concrete_fields if field.attname != "id"]
    bases = Page.objects.bulk_create([Page(**{name: getattr(page, name) for name in names}) for page in pages])
    for page, base in zip(pages, bases, strict=True):
        page.id = page.page_ptr_id = base.pk
        page.save_base(raw=True)
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + count)


def bulk_pages(model, parent, numbers, values, *, first_published_at=None):
    """Adds live pages under `parent`, in four statements; `values(number)` gives the fields of each."""
    published_at = first_published_at or timezone.now()
    content_type = ContentType.objects.get_for_model(model)
    page_fields = {field.attname for field in Page._meta.concrete_fields}
    own_fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    pages = []
    for number in numbers:
        fields = {"slug": f"{model.__name__.lower()}-{number}", "title": f"Page {number}", **values(number)}
        page = model(
            path=model._get_path(parent.path, parent.depth + 1, 1_000 + number),
            depth=parent.depth + 1,
            url_path=f"{parent.url_path}{fields['slug']}/",
            draft_title=fields["title"],
            live=True,
            locale_id=parent.locale_id,
            content_type=content_type,
            first_published_at=published_at - dt.timedelta(days=number % 300),
            last_published_at=published_at - dt.timedelta(days=number % 300),
            **fields,
        )
        pages.append(page)
    bases = Page.objects.bulk_create(
        Page(**{name: getattr(page, name) for name in page_fields - {"id"}}) for page in pages
    )
    for page, base in zip(pages, bases, strict=True):
        page.pk = page.id = base.pk
    # The rows of the model's own table: those of the pages are there, which `bulk_create` does not take for granted.
    model._base_manager.using(connection.alias)._batched_insert(pages, [model._meta.pk, *own_fields], None)
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + len(pages))
    return pages
