"""Pages that have a picture."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.models.files import CustomImage, images_with_covers


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
    def card_image(self) -> CustomImage | None:
        return self.image


def add_covers(pages: Iterable[PicturedPage]) -> None:
    """Adds their pictures to `pages`, as `components/cover.html` shows them. One query, however many pages."""
    images = images_with_covers({page.image_id for page in pages if page.image_id})
    for page in pages:
        page.image = images.get(page.image_id)
