"""Registrations of this app with Wagtail and with the hooks of other apps."""

from collections.abc import Iterator

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from cms.admin.dashboard import snippet_url
from cms.hooks import CARD_KINDS_HOOK, CITED_ADDRESSES_HOOK, INDEXABLE_VIEWS_HOOK, SITEMAP_HOOK, Citation
from committee.hooks import TOPIC_SECTIONS_HOOK
from common.hooks import OPEN_DATASETS_HOOK
from inclusion import sitemaps
from inclusion.admin.menu import InclusionViewSetGroup
from inclusion.exports import open_data
from inclusion.models import Resource
from inclusion.queries.learning import resources_of_topic, workshops_of_topic

register_snippet(InclusionViewSetGroup)
hooks.register(SITEMAP_HOOK, sitemaps.pages)
hooks.register(INDEXABLE_VIEWS_HOOK, sitemaps.indexable_views)
hooks.register(CARD_KINDS_HOOK, sitemaps.card_of_place)
hooks.register(CARD_KINDS_HOOK, sitemaps.card_of_resource)
hooks.register(CARD_KINDS_HOOK, sitemaps.card_of_workshop)
hooks.register(OPEN_DATASETS_HOOK, open_data.open_datasets)
hooks.register(TOPIC_SECTIONS_HOOK, workshops_of_topic)
hooks.register(TOPIC_SECTIONS_HOOK, resources_of_topic)


@hooks.register(CITED_ADDRESSES_HOOK)
def addresses_of_resources() -> Iterator[Citation]:
    """Where the published resources are."""
    for one in Resource.objects.published().only("title", "url").iterator(chunk_size=500):
        yield Citation(url=one.url, title=one.title, edit_url=snippet_url(Resource, "edit", one.pk))
