"""Pictures and documents, with the fields that accessibility asks for."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class CustomImage(AbstractImage):
    """A picture of the site. `description` (Wagtail's own field) is its alternative text."""

    credit = models.CharField(_("credit"), max_length=120, blank=True, help_text=_("Example: Photo: Odile M."))

    admin_form_fields = (*Image.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")


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
