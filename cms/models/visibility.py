"""Visibility of pages: the one rule of what anyone may read, and since when.

Every list, search, feed, site map and digest goes through it.
"""

from typing import TypeVar

from django.db import models
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce
from django.db.models.lookups import StartsWith
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PageQuerySet, PageViewRestriction

Pages = TypeVar("Pages", bound=PageQuerySet)


def published_pages(pages: Pages) -> Pages:
    """Returns those of `pages` that anyone may read: live, with no restriction on them or on a page above.

    Says the same as Wagtail's `live().public()`, as a condition of the query: `public()` reads the restrictions anew
    at each call, which the home page would do for each of its lists.
    """
    restrictions = PageViewRestriction.objects.filter(StartsWith(OuterRef("path"), F("page__path"))).order_by()
    # Asked of the few pages that a list shows, not of all pages first. A search takes no such condition, which names
    # no field: it comes after the search.
    return pages.live().filter(~Exists(restrictions))


def with_visible_since(pages: Pages) -> Pages:
    """Adds `visible_since`: when a page was first published, or later, when its last restriction was lifted."""
    return pages.annotate(visible_since=Coalesce("opening__at", "first_published_at"))


class PageOpening(models.Model):
    """The moment at which the last restriction on a live page was lifted. Without a row: that of its publication.

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
