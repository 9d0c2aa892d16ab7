"""Pictures and documents, with the fields that accessibility asks for."""

from typing import Any

from django.db import models
from django.db.models.fields.files import ImageFieldFile
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from cms.pictures import prepared

KILO, MEGA = 1_000, 1_000_000


class CustomImage(AbstractImage):
    """A picture of the site. Its description is its alternative text wherever a page gives no better one."""

    description = models.CharField(
        _("description"),
        max_length=255,
        default="",
        help_text=_("What the image shows, for people who do not see it. Example: Six people around a table."),
    )
    credit = models.CharField(_("credit"), max_length=120, blank=True, help_text=_("Example: Photo: Odile M."))

    admin_form_fields = (*Image.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps a new file without the metadata that a camera wrote into it, and no larger than pages need."""
        file: ImageFieldFile = self.file  # type: ignore[has-type]
        if file and not file._committed:  # type: ignore[attr-defined]
            self.file = prepared(file)
            self._set_image_file_metadata()
        super().save(*args, **kwargs)


class CustomRendition(AbstractRendition):
    image = models.ForeignKey(CustomImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta(AbstractRendition.Meta):
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="cms_rendition_unique")
        ]


class CustomDocument(AbstractDocument):
    """A file that readers download; its title says what it is."""

    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    @property
    def has_meaningful_title(self) -> bool:
        """A title that is only the name of the file tells nothing ("scan_0012.pdf")."""
        return not self.title.lower().rstrip().endswith(f".{self.file_extension.lower()}")

    @property
    def kind_and_weight(self) -> str:
        """For example "PDF, 240 ko": what a reader wants to know before the download."""
        size = self.get_file_size() or 0
        if size >= MEGA:
            weight = gettext("%(number)s MB") % {"number": number_format(size / MEGA, decimal_pos=1)}
        else:
            weight = gettext("%(number)s kB") % {"number": number_format(max(1, round(size / KILO)))}
        return f"{self.file_extension.upper()}, {weight}"
