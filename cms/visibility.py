"""The one rule of what a page shows to anyone. Every list, search, feed, map and letter goes through it."""

from typing import TypeVar

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce
from django.db.models.lookups import StartsWith
from wagtail.models import PageQuerySet, PageViewRestriction

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
