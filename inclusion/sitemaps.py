"""Pages of digital help in the XML sitemap, and the preview cards of their links."""

from collections.abc import Callable, Iterator
from functools import partial

from django.db.models import QuerySet
from django.urls import reverse

from cms.hooks import CardKind, CardSubject, SitemapEntry
from committee.models import Pictogram
from inclusion.models import Place, Resource, Workshop

LISTS = ("inclusion:places", "inclusion:resources", "inclusion:workshops")
OBJECTS = ("inclusion:place", "inclusion:sheet", "inclusion:resource", "inclusion:workshop")


def pages() -> Iterator[SitemapEntry]:
    for name in LISTS:
        yield SitemapEntry(path=reverse(name))
    for pk in Place.objects.public().order_by("pk").values_list("pk", flat=True):
        yield SitemapEntry(path=reverse("inclusion:place", args=[pk]))
    for resource in Resource.objects.published().order_by("pk"):
        yield SitemapEntry(path=resource.get_absolute_url(), changed_at=resource.published_at)
    for workshop in Workshop.objects.published().order_by("pk"):
        yield SitemapEntry(path=workshop.get_absolute_url(), changed_at=workshop.changed_at)


def indexable_views() -> list[str]:
    return [*LISTS, *OBJECTS]


def card_of_place() -> CardKind:
    return CardKind("lieux", "inclusion:place", "pk", partial(_subject, Place.objects.public))


def card_of_resource() -> CardKind:
    return CardKind("ressources", "inclusion:resource", "pk", partial(_subject, Resource.objects.published))


def card_of_workshop() -> CardKind:
    return CardKind("ateliers", "inclusion:workshop", "pk", partial(_subject, Workshop.objects.published))


def _subject(
    queryset: Callable[[], QuerySet[Place] | QuerySet[Resource] | QuerySet[Workshop]], pk: str
) -> CardSubject | None:
    """Returns the subject of a preview card, evaluated when the card is drawn; None if `pk` is not in `queryset`."""
    subject = queryset().filter(pk=pk).first() if pk.isdecimal() else None
    drawing = Pictogram.INCLUSION
    return CardSubject(str(subject), "", drawing.family, drawing) if subject else None
