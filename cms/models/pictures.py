"""Mixin for pages with an image."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.models.files import CustomImage, images_with_covers


class PicturedPage(models.Model):
    """Page with an image: in its header, in lists, in link previews. Goes before `BasePage` among the bases."""

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
    """Prefetches the covers of `pages`, as `components/cover.html` displays them. One query."""
    images = images_with_covers({page.image_id for page in pages if page.image_id})
    for page in pages:
        page.image = images.get(page.image_id)
