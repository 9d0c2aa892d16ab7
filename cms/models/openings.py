"""Since when anyone may read a page that was published behind a restriction."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class PageOpening(models.Model):
    """When the last restriction on a live page was lifted. Without a row, the page is open since its publication.

    A table of its own rather than a field of the page: a revision brings back the fields that the page had.
    """

    page = models.OneToOneField(
        Page, verbose_name=_("page"), on_delete=models.CASCADE, related_name="opening", primary_key=True
    )
    at = models.DateTimeField(_("opened at"), db_index=True)

    class Meta:
        verbose_name = _("opening of a page")
        verbose_name_plural = _("openings of pages")

    def __str__(self) -> str:
        return f"{self.page_id} {self.at:%Y-%m-%d}"
