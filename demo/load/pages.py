"""Pages of a load: news and entries of the watch, below the index pages from migrations."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import F
from django.utils import timezone
from wagtail.models import Page

from cms.models import NewsIndexPage, NewsPage
from common.markdown import body
from demo.load.texts import Writer
from veille.models import Theme, VeilleEntryPage, VeilleIndexPage


def make(count: int, *, rng: Random, now: datetime) -> list[Page]:
    """Makes `count` news and as many entries of the watch; returns them."""
    if not count:
        return []
    writer = Writer(rng)
    theme = Theme.objects.first() or Theme.objects.create(name="Charge", slug="charge")

    def news(number: int) -> dict[str, Any]:
        return {
            "slug": f"charge-{number}",
            "title": writer.title(),
            "introduction": writer.text(1, 2)[:250],
            "body": body(writer.text(4, 12)),
        }

    def entry(number: int) -> dict[str, Any]:
        return {
            **news(number),
            "theme": theme,
            "place": f"Ville {number % 20}",
            "year": now.year - number % 6,
            "source_url": f"https://charge.example/{number}",
            "lesson": writer.text(1, 2),
        }

    return [
        *bulk_pages(NewsPage, NewsIndexPage.objects.get(), range(count), news, first_published_at=now),
        *bulk_pages(VeilleEntryPage, VeilleIndexPage.objects.get(), range(count), entry, first_published_at=now),
    ]


def bulk_pages(
    model: type[Page],
    parent: Page,
    numbers: Iterable[int],
    values: Callable[[int], dict[str, Any]],
    *,
    first_published_at: datetime | None = None,
) -> list[Page]:
    """Adds live pages of `model` below `parent`, in four statements; `values(number)` gives the fields of each.

    The first one is published at `first_published_at`, each other one a day before the previous. No revisions and no
    signals. Returns the pages.
    """
    latest = first_published_at or timezone.now()
    content_type = ContentType.objects.get_for_model(model)
    own_fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    base_fields = [field.attname for field in Page._meta.concrete_fields if field.attname != "id"]
    # Paths after those of existing children, whatever their number.
    last = parent.get_last_child()
    start = int(last.path[-Page.steplen :], 36) + 1 if last else 1
    pages = []
    for place, number in enumerate(numbers):
        fields = {"slug": f"{model.__name__.lower()}-{number}", "title": f"Page {number}", **values(number)}
        published_at = latest - timedelta(days=number)
        pages.append(
            model(
                path=model._get_path(parent.path, parent.depth + 1, start + place),
                depth=parent.depth + 1,
                url_path=f"{parent.url_path}{fields['slug']}/",
                draft_title=fields["title"],
                live=True,
                locale_id=parent.locale_id,
                content_type=content_type,
                first_published_at=published_at,
                last_published_at=published_at,
                **fields,
            )
        )
    bases = Page.objects.bulk_create(Page(**{name: getattr(page, name) for name in base_fields}) for page in pages)
    for page, base in zip(pages, bases, strict=True):
        page.pk = page.id = base.pk
    # Only rows of the model's own table: `bulk_create` does not support multi-table inheritance.
    model._base_manager.using(connection.alias)._batched_insert(pages, [model._meta.pk, *own_fields], None)
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + len(pages))
    return pages
