"""Automatic checks of published pages: readability, images without text, placeholders."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

# Björnsson's scale: texts up to 45 are of average difficulty.
HARD_LIX = 45
LONG_SENTENCE = 30


class PageCheckQuerySet(models.QuerySet):
    def to_improve(self) -> Self:
        """Returns the pages with accessibility problems: image without text, hard to read, or placeholders left."""
        return self.filter(
            Q(pictures_without_text__gt=0)
            | Q(lix__gt=HARD_LIX)
            | Q(longest_sentence__gt=LONG_SENTENCE)
            | Q(placeholders__gt=0)
        )


class PageCheck(models.Model):
    """Result of the checks of a published page, stored at publication: the dashboard cannot measure all bodies."""

    page = models.OneToOneField(
        "wagtailcore.Page", verbose_name=_("page"), primary_key=True, on_delete=models.CASCADE, related_name="check_row"
    )
    lix = models.PositiveSmallIntegerField(_("LIX"))
    longest_sentence = models.PositiveSmallIntegerField(_("words of the longest sentence"))
    pictures_without_text = models.PositiveSmallIntegerField(_("pictures without text"))
    placeholders = models.PositiveSmallIntegerField(_("places to fill in"), default=0, db_default=0)
    checked_at = models.DateTimeField(_("checked at"))

    objects = PageCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of a page")
        verbose_name_plural = _("checks of pages")

    def __str__(self) -> str:
        return f"{self.page_id}: LIX {self.lix}"

    def placeholders_label(self) -> str:
        """Returns the number of placeholders in words; "" for none."""
        text = ngettext(
            "%(count)d place is still to be filled in", "%(count)d places are still to be filled in", self.placeholders
        )
        return text % {"count": self.placeholders} if self.placeholders else ""
