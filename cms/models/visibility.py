"""Visibility of pages: the one rule of which pages are public, and since when.

Used by every list, search, feed, sitemap and digest.
"""

from contextvars import ContextVar
from typing import TypeVar

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import StartsWith
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PageQuerySet, PageViewRestriction

Pages = TypeVar("Pages", bound=PageQuerySet)

# User of the admin view that is being rendered; None elsewhere.
admin_reader: ContextVar[AbstractUser | AnonymousUser | None] = ContextVar("admin_reader", default=None)


def published_pages(pages: Pages) -> Pages:
    """Returns the subset of `pages` that is public: live, without restrictions on them or their ancestors.

    Equivalent to Wagtail's `live().public()`, but as a subquery: `public()` queries the restrictions at each call,
    which the home page would do for each of its lists.
    """
    return _live_without(pages, PageViewRestriction.objects.all())


def pages_visible_to(pages: Pages, user: AbstractUser | AnonymousUser) -> Pages:
    """Returns the subset of `pages` that `user` may read, by the same rules as Wagtail's own view."""
    restrictions = PageViewRestriction.objects.all()
    if user.is_authenticated:
        restrictions = restrictions.exclude(restriction_type=PageViewRestriction.LOGIN)
        groups = Q() if user.is_superuser else Q(groups__in=user.groups.values("pk"))
        open_to_groups = PageViewRestriction.objects.filter(groups, restriction_type=PageViewRestriction.GROUPS)
        restrictions = restrictions.exclude(pk__in=open_to_groups.values("pk"))
    return _live_without(pages, restrictions)


def _live_without(pages: Pages, restrictions: models.QuerySet[PageViewRestriction]) -> Pages:
    """Returns the live pages of `pages` without any of `restrictions` on them or their ancestors."""
    ancestor_restrictions = restrictions.filter(StartsWith(OuterRef("path"), F("page__path"))).order_by()
    # Correlated subquery, evaluated only for the few rows of a list. Search backends do not support it: apply it after
    # the search.
    return pages.live().filter(~Exists(ancestor_restrictions))


def open_pages(page: int) -> models.QuerySet[Page]:
    """Returns the page `page`, unless it or an ancestor has a restriction or is an alias.

    An alias has the restrictions of its source. The page may be a draft.
    """
    restrictions = PageViewRestriction.objects.filter(StartsWith(OuterRef("path"), F("page__path")))
    aliases = Page.objects.filter(StartsWith(OuterRef("path"), F("path")), alias_of__isnull=False)
    return Page.objects.filter(~Exists(restrictions.order_by()), ~Exists(aliases.order_by()), pk=page).only("pk")


def with_visible_since(pages: Pages) -> Pages:
    """Adds `visible_since`: the first publication or, if later, the removal of the last restriction."""
    return pages.annotate(visible_since=Coalesce("opening__at", "first_published_at"))


class PageOpening(models.Model):
    """Time when the last restriction of a live page was lifted. Without a row, that of the first publication.

    Not a field of the page, since publishing a revision restores the fields as of its creation.
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
