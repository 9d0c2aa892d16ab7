"""Sections of a topic page with its places, resources and workshops."""

from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from committee.hooks import SectionItem, TopicSection
from committee.models import Pictogram, TopicPage, public_topics
from common.charts.communes import CommuneMap
from common.communes import COMMUNES
from inclusion.models import Place, Resource, Workshop

PLACES_PER_TOPIC, RESOURCES_PER_TOPIC, WORKSHOPS_PER_TOPIC = 4, 4, 3
Rows = TypeVar("Rows", bound=QuerySet)


def with_topics(rows: Rows) -> Rows:
    """Prefetches the topic of `rows`, if published."""
    return rows.prefetch_related(public_topics())


def about(topic: TopicPage) -> Q:
    """Returns the filter of objects of `topic`; that of digital inclusion includes objects without a topic."""
    return Q(topic=topic) | Q(topic=None) if topic.pictogram == Pictogram.INCLUSION else Q(topic=topic)


def places_of_topic(topic: TopicPage, request: HttpRequest) -> TopicSection | None:
    """Returns the section with the latest confirmed places, on the topic page of digital inclusion; else None."""
    if topic.pictogram != Pictogram.INCLUSION:
        return None
    public = Place.objects.public().order_by(F("checked_on").desc(nulls_last=True), "name", "pk")
    items = [
        SectionItem(title=place.name, url=place.get_absolute_url(), meta=place.commune_name)
        for place in public[:PLACES_PER_TOPIC]
    ]
    if not items:
        return None
    return TopicSection(
        order=32,
        key="lieux",
        title=gettext("Places of help"),
        pictogram=Pictogram.INCLUSION,
        items=items,
        more_url=reverse("inclusion:places"),
        more_label=gettext("Find help near me"),
        chart=map_of_places(),
    )


def map_of_places() -> CommuneMap:
    """Returns the map of the communes with their numbers of public places of help. One query."""
    rows = Place.objects.public().order_by().values_list("insee_code").annotate(Count("pk"))
    by_code = dict(rows)
    counts = {code: by_code.get(code, 0) for code in COMMUNES}
    named = sum(map(bool, counts.values()))
    total = sum(by_code.values())
    places = ngettext("%(number)s place of help", "%(number)s places of help", total) % {"number": total}
    communes = ngettext("in %(number)s commune", "in %(number)s communes", named) % {"number": named}
    return CommuneMap(
        title=f"{places}, {communes}",
        value_head=gettext("Places of help"),
        numbers=counts,
        urls={code: f"{reverse('inclusion:places')}?{urlencode({'commune': code})}" for code in counts if counts[code]},
        family="inclusion",
    )


def workshops_of_topic(topic: TopicPage, now: datetime) -> TopicSection | None:
    """Returns the section with the upcoming workshops about `topic`, or None."""
    upcoming = Workshop.objects.published().upcoming(now).filter(about(topic), cancelled_because="")
    items = [
        SectionItem(
            title=workshop.title, url=workshop.get_absolute_url(), meta=workshop.where, moment=workshop.starts_at
        )
        for workshop in upcoming[:WORKSHOPS_PER_TOPIC]
    ]
    if not items:
        return None
    return TopicSection(
        order=34,
        key="ateliers",
        title=gettext("Workshops to come"),
        pictogram=Pictogram.INCLUSION,
        items=items,
        more_url=reverse("inclusion:workshops"),
        more_label=gettext("See all the workshops"),
    )


def resources_of_topic(topic: TopicPage, request: HttpRequest) -> TopicSection | None:
    """Returns the section with the latest resources about `topic`, or None."""
    published = Resource.objects.published().filter(about(topic)).order_by("-published_at", "-pk")
    items = [
        SectionItem(title=resource.title, url=resource.get_absolute_url(), meta=resource.in_short)
        for resource in published[:RESOURCES_PER_TOPIC]
    ]
    if not items:
        return None
    return TopicSection(
        order=36,
        key="ressources",
        title=gettext("Resources to learn with"),
        pictogram=Pictogram.INCLUSION,
        items=items,
        more_url=reverse("inclusion:resources"),
        more_label=gettext("See all the resources"),
    )
