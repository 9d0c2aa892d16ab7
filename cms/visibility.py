"""The one rule of what a page shows to anyone. Every list, search, feed, map and letter goes through it."""

from typing import TypeVar

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce
from django.db.models.lookups import StartsWith
from wagtail.models import Page, PageQuerySet, PageViewRestriction

Pages = TypeVar("Pages", bound=PageQuerySet)


def published_pages(pages: Pages) -> Pages:
    """Returns those of `pages` that anyone may read: live, with no restriction on them or on a page above.

    Says the same as Wagtail's `live().public()`, as a condition of the query: `public()` reads the restrictions anew
    at each call, which the home page would do for each of its lists.
    """
    restrictions = PageViewRestriction.objects.filter(StartsWith(OuterRef("path"), F("page__path")))
    # By key, not by `Exists` itself: a search takes no condition that names no field.
    return pages.live().exclude(pk__in=Page.objects.filter(Exists(restrictions)).order_by().values("pk"))


def with_visible_since(pages: Pages) -> Pages:
    """Adds `visible_since`: when a page was first published, or later, when its last restriction was lifted."""
    return pages.annotate(visible_since=Coalesce("opening__at", "first_published_at"))
