"""Registers this app with Wagtail and with the hooks of other apps."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils import timezone
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from cms.admin.dashboard import register_panel, snippet_url
from cms.hooks import CARD_KINDS_HOOK, CITED_ADDRESSES_HOOK, INDEXABLE_VIEWS_HOOK, SITEMAP_HOOK, Citation
from committee.hooks import TOPIC_SECTIONS_HOOK, TopicSection
from committee.models import TopicPage
from common.admin import register_search_of
from common.hooks import OPEN_DATASETS_HOOK, PERSONAL_DATA_HOOK
from inclusion import sitemaps
from inclusion.admin.dashboard import PlacesPanel
from inclusion.admin.learning import ResourceViewSet, WorkshopViewSet
from inclusion.admin.place_reports import PlaceReportViewSet
from inclusion.admin.places import ConfirmAction, PlaceViewSet
from inclusion.exports import open_data, places
from inclusion.models import Place, Resource
from inclusion.personal_data import PERSONAL_DATA
from inclusion.queries.learning import places_of_topic, resources_of_topic, workshops_of_topic

for viewset in (PlaceViewSet, PlaceReportViewSet, WorkshopViewSet, ResourceViewSet):
    register_snippet(viewset)
hooks.register(SITEMAP_HOOK, sitemaps.pages)
hooks.register(INDEXABLE_VIEWS_HOOK, sitemaps.indexable_views)
hooks.register(CARD_KINDS_HOOK, sitemaps.card_of_place)
hooks.register(CARD_KINDS_HOOK, sitemaps.card_of_resource)
hooks.register(CARD_KINDS_HOOK, sitemaps.card_of_workshop)
hooks.register(OPEN_DATASETS_HOOK, open_data.open_datasets)
hooks.register(OPEN_DATASETS_HOOK, places.open_datasets)
hooks.register(PERSONAL_DATA_HOOK, lambda: PERSONAL_DATA)
hooks.register("register_bulk_action", ConfirmAction)
register_panel(PlacesPanel)
register_search_of(Place, order=150)
hooks.register(TOPIC_SECTIONS_HOOK, places_of_topic)
hooks.register(TOPIC_SECTIONS_HOOK, resources_of_topic)


@hooks.register(TOPIC_SECTIONS_HOOK)
def workshops_to_come(topic: TopicPage, request: HttpRequest) -> TopicSection | None:
    return workshops_of_topic(topic, timezone.now())


@hooks.register(CITED_ADDRESSES_HOOK)
def addresses_of_resources() -> Iterator[Citation]:
    """Yields the URLs of the published resources."""
    for resource in Resource.objects.published().only("title", "url").iterator(chunk_size=500):
        yield Citation(url=resource.url, title=resource.title, edit_url=snippet_url(Resource, "edit", resource.pk))


@hooks.register(CITED_ADDRESSES_HOOK)
def addresses_of_places() -> Iterator[Citation]:
    """Yields the URLs of the public places: websites, booking, accessibility."""
    places = Place.objects.public().only("name", "websites", "booking_url", "accessibility_url")
    for place in places.iterator(chunk_size=500):
        edit_url = snippet_url(Place, "edit", place.pk)
        for url in filter(None, (*place.websites, place.booking_url, place.accessibility_url)):
            yield Citation(url=url, title=place.name, edit_url=edit_url)
