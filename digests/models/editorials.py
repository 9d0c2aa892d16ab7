"""Editorials: a few words of the editors at the top of the digest."""

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin

from cms.quality.requirements import PublishedWhenReady
from digests.blocks import paragraphs_of
from digests.hooks import editorial_preview
from digests.models.frequencies import Frequency


class EditorialWord(PublishedWhenReady, PreviewableMixin, DraftStateMixin, RevisionMixin, models.Model):
    """A few words of an editor at the top of the digest: each reader reads them once, in the next digest they get."""

    HTML, TEXT = "html", "text"

    body = models.TextField(
        _("words"),
        max_length=1_000,
        help_text=_("Plain text, two or three short paragraphs. Leave an empty line between two paragraphs."),
    )
    signature = models.CharField(
        _("signed by"), max_length=80, help_text=_("Readers see it under the words. Example: Odile M., coordinator")
    )
    kind = models.CharField(
        _("in the letter that comes"),
        max_length=8,
        choices=Frequency,
        blank=True,
        help_text=_("Leave it empty for all the letters."),
    )
    until = models.DateField(
        _("last day"), help_text=_("A letter of a later day does not have these words. Example: the day of a meeting.")
    )

    class Meta:
        verbose_name = _("words at the top of the letter")
        verbose_name_plural = _("words at the top of the letter")
        ordering = ["-until", "-pk"]
        permissions = [("preview_for_reader", _("Can see the letter of one reader before it leaves"))]

    def __str__(self) -> str:
        first = " ".join(self.body.split())
        return first if len(first) <= 60 else f"{first[:59]}…"

    @property
    def paragraphs(self) -> list[str]:
        return paragraphs_of(self.body)

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [(self.HTML, _("In the letter")), (self.TEXT, _("In the text of the letter"))]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return editorial_preview(self, is_text=mode_name == self.TEXT)
