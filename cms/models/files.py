"""Images and documents, with the fields required for accessibility."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.fields.files import ImageFieldFile
from django.db.models.functions import Cast
from django.db.models.lookups import StartsWith
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document, DocumentQuerySet
from wagtail.images.models import AbstractImage, AbstractRendition, Image, ImageQuerySet, SourceImageIOError
from wagtail.models import Collection, CollectionViewRestriction, Page, ReferenceIndex
from wagtail.search import index

from cms.models.visibility import published_pages
from common.files import check_new_file, type_and_size
from common.images import prepared
from common.media import MediaUnavailable

# Size of covers in lists, as used by `components/cover.html`.
COVER_FILTERS = tuple(f"format-{kind}|fill-480x240" for kind in ("avif", "webp", "jpeg"))


def closed_collections() -> QuerySet[Collection]:
    """Returns the collections that are private by a restriction on them or on an ancestor."""
    restrictions = CollectionViewRestriction.objects.filter(StartsWith(OuterRef("path"), F("collection__path")))
    return Collection.objects.filter(Exists(restrictions)).order_by()


class CustomImageQuerySet(ImageQuerySet):
    def published(self) -> Self:
        """Returns the public images: those outside of private collections."""
        return self.exclude(collection__in=closed_collections().values("pk"))


class CustomImage(AbstractImage):
    """Image of the site. Its description is the default alternative text."""

    description = models.CharField(
        _("description"),
        max_length=255,
        default="",
        help_text=_("What the image shows, for people who do not see it. Example: Six people around a table."),
    )
    credit = models.CharField(_("credit"), max_length=120, blank=True, help_text=_("Example: Photo: Odile M."))

    admin_form_fields = (*Image.admin_form_fields, "credit")

    objects = CustomImageQuerySet.as_manager()

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves the image; a new file is stripped of camera metadata and reduced to the size that pages need."""
        file: ImageFieldFile = self.file  # type: ignore[has-type]
        if file and not file._committed:  # type: ignore[attr-defined]
            self.file = prepared(file)
            self._set_image_file_metadata()
        super().save(*args, **kwargs)

    def create_rendition(self, *args: Any, **kwargs: Any) -> AbstractRendition:
        with _storage_failure_as_missing_image():
            return super().create_rendition(*args, **kwargs)

    def create_renditions(self, *args: Any, **kwargs: Any) -> dict[Any, AbstractRendition]:
        with _storage_failure_as_missing_image():
            return super().create_renditions(*args, **kwargs)


@contextmanager
def _storage_failure_as_missing_image() -> Iterator[None]:
    """Turns a storage failure into a missing image: the page displays the alternative text."""
    try:
        yield
    except MediaUnavailable as error:
        raise SourceImageIOError(str(error)) from error


class CustomRenditionQuerySet(models.QuerySet):
    def closed(self) -> Self:
        """Returns the renditions of images in private collections."""
        return self.filter(image__collection__in=closed_collections().values("pk"))


class CustomRendition(AbstractRendition):
    image = models.ForeignKey(CustomImage, on_delete=models.CASCADE, related_name="renditions")

    objects = CustomRenditionQuerySet.as_manager()

    class Meta(AbstractRendition.Meta):
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="cms_rendition_unique")
        ]


def images_with_covers(pks: set[int]) -> dict[int | None, CustomImage]:
    """Returns the images `pks` by primary key, each with the renditions of `components/cover.html`. Two queries."""
    return CustomImage.objects.prefetch_renditions(*COVER_FILTERS).in_bulk(pks)


class CustomDocumentQuerySet(DocumentQuerySet):
    def published(self) -> Self:
        """Returns the documents listed to anyone: in a public collection, and linked from a public page.

        A file in a public collection can be opened by anybody who knows its URL. Lists and search wait until a page
        links to it, so that a file uploaded ahead of its page is not announced.
        """
        types = ContentType.objects.get_for_models(Page, self.model)
        pages = published_pages(Page.objects.order_by()).annotate(key=Cast("pk", models.CharField()))
        links = ReferenceIndex.objects.filter(
            base_content_type=types[Page], to_content_type=types[self.model], object_id__in=pages.values("key")
        )
        linked = links.annotate(key=Cast("to_object_id", models.BigIntegerField())).values("key")
        return self.exclude(collection__in=closed_collections().values("pk")).filter(pk__in=linked)


class CustomDocument(AbstractDocument):
    """File to download, with a title that describes its content."""

    admin_form_fields = Document.admin_form_fields
    search_fields = [*AbstractDocument.search_fields, index.SearchField("words_of_filename")]

    objects = CustomDocumentQuerySet.as_manager()

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def clean(self) -> None:
        # An empty file is refused by its field; Wagtail would add that its extension is not allowed either.
        if self.file:
            super().clean()
        check_new_file(self.file)

    @property
    def has_meaningful_title(self) -> bool:
        """False if the title is only the file name ("scan_0012.pdf")."""
        return not self.title.lower().rstrip().endswith(f".{self.file_extension.lower()}")

    @property
    def words_of_filename(self) -> str:
        """Words of the file name, for search: finds the document by it, and by "PDF"."""
        return " ".join(re.findall(r"[^\W_]+", self.filename))

    @property
    def type_and_size(self) -> str:
        """For example "PDF, 240 ko", displayed before the download."""
        return type_and_size(self.file_extension, self.get_file_size() or 0)


def documents_for(request: HttpRequest, pks: set[int]) -> dict[int, CustomDocument]:
    """Returns the documents `pks` that `request` may open, by primary key. One query, more if some are private."""
    documents: dict[int, CustomDocument] = CustomDocument.objects.exclude(
        collection__in=closed_collections().values("pk")
    ).in_bulk(pks)
    if closed := pks - documents.keys():
        for document in CustomDocument.objects.filter(pk__in=closed).select_related("collection"):
            restrictions = document.collection.get_view_restrictions()
            if all(restriction.accept_request(request) for restriction in restrictions):
                documents[document.pk] = document
    return documents
