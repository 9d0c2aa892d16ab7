"""Pages that have a picture."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

if TYPE_CHECKING:
    from cms.models.files import CustomImage


class PicturedPage(models.Model):
    """A page with a picture: at its head, in lists, on what is shared. Comes before `BasePage` among the bases."""

    image = models.ForeignKey(
        "cms.CustomImage",
        verbose_name=_("image"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    picture_panel = FieldPanel("image")

    class Meta:
        abstract = True

    @property
    def card_image(self) -> "CustomImage | None":
        return self.image
