"""Visibility of pages: the one rule of what anyone may read, and since when.

Every list, search, feed, site map and digest goes through it.
"""

from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import StartsWith
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PageQuerySet, PageViewRestriction

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Pages = TypeVar("Pages", bound=PageQuerySet)

# The account that reads the screen of the admin which is being drawn; None elsewhere.
admin_reader: "ContextVar[User | AnonymousUser | None]" = ContextVar("admin_reader", default=None)


def published_pages(pages: Pages) -> Pages:
    """Returns those of `pages` that anyone may read: live, with no restriction on them or on a page above.

    Says the same as Wagtail's `live().public()`, as a condition of the query: `public()` reads the restrictions anew
    at each call, which the home page would do for each of its lists.
    """
    return _live_without(pages, PageViewRestriction.objects.all())


def pages_visible_to(pages: Pages, person: "User | AnonymousUser") -> Pages:
    """Returns those of `pages` that `person` may read: as Wagtail's own view, which asks each restriction of a page."""
    kept = PageViewRestriction.objects.all()
    if person.is_authenticated:
        kept = kept.exclude(restriction_type=PageViewRestriction.LOGIN)
        groups = Q() if person.is_superuser else Q(groups__in=person.groups.values("pk"))
        open_to_groups = PageViewRestriction.objects.filter(groups, restriction_type=PageViewRestriction.GROUPS)
        kept = kept.exclude(pk__in=open_to_groups.values("pk"))
    return _live_without(pages, kept)


def _live_without(pages: Pages, restrictions: models.QuerySet[PageViewRestriction]) -> Pages:
    """Returns those of `pages` that are live, with none of `restrictions` on them or on a page above."""
    above = restrictions.filter(StartsWith(OuterRef("path"), F("page__path"))).order_by()
    # Asked of the few pages that a list shows, not of all pages first. A search takes no such condition, which names
    # no field: it comes after the search.
    return pages.live().filter(~Exists(above))


def open_pages(page: int) -> models.QuerySet[Page]:
    """Returns the page `page`, unless a restriction holds on it or on a page above, or one of them is an alias.

    An alias has the restrictions of the page that it repeats. The page may be a draft.
    """
    restrictions = PageViewRestriction.objects.filter(StartsWith(OuterRef("path"), F("page__path")))
    aliases = Page.objects.filter(StartsWith(OuterRef("path"), F("path")), alias_of__isnull=False)
    return Page.objects.filter(~Exists(restrictions.order_by()), ~Exists(aliases.order_by()), pk=page).only("pk")


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
