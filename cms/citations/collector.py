"""Collects cited addresses from all apps: adds new ones to check, and deletes those no longer cited."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cms.hooks import Citation, citations_of_apps
from cms.models.citations import CitedAddress
from cms.models.visibility import published_pages
from cms.quality.links import addresses_in, texts_of
from common import locks

# Other apps send no signal when they publish, so that collection is hourly.
EVERY = timedelta(hours=1)
TURN = "cited addresses"
MAX_URL = 500


def collect_again() -> None:
    """Makes collection due at the next run: a page was published, or closed."""
    locks.free(TURN, now=timezone.now())


def is_collecting_due(now: datetime) -> bool:
    free_at = locks.available_at(TURN)
    return free_at is None or free_at <= now


def collect(*, now: datetime) -> None:
    """Updates the table of cited addresses, if it is due."""
    if not locks.acquire(TURN, now=now, hold=EVERY):
        return
    cited: dict[str, list[Citation]] = defaultdict(list)
    for citation in citations_of_apps():
        url = CitedAddress.key_of(citation.url)
        if is_elsewhere(url):
            cited[url].append(citation)
    existing = {address.url: address for address in CitedAddress.objects.all()}
    forgotten = [address.pk for url, address in existing.items() if url not in cited]
    CitedAddress.objects.filter(pk__in=forgotten).delete()
    new, changed = [], []
    for url, citations in cited.items():
        address = existing.get(url) or CitedAddress.new(url, now=now)
        described = address.describe(citations)
        if address.pk is None:
            new.append(address)
        elif (address.cited_by, address.has_copy) != (described["cited_by"], described["has_copy"]):
            changed.append(address)
        address.cited_by, address.has_copy = described["cited_by"], described["has_copy"]
    CitedAddress.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    CitedAddress.objects.bulk_update(changed, ["cited_by", "has_copy"], batch_size=200)


def is_elsewhere(url: str) -> bool:
    """Returns whether `url` is on another site: internal links have their own report (`cms.quality.links`)."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    is_web = parts.scheme in ("http", "https") and bool(host)
    return is_web and len(url) <= MAX_URL and host != urlsplit(settings.BASE_URL).hostname


def citations_of_pages() -> Iterator[Citation]:
    """Yields the links and sources in the bodies of public pages."""
    for page in published_pages(Page.objects.all()).specific().iterator(chunk_size=50):
        edit_url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        for url in addresses_in_bodies(page):
            yield Citation(url=url, title=page.title, edit_url=edit_url)


def addresses_in_bodies(page: Page) -> set[str]:
    return {url for text in texts_of(page) for url in addresses_in(text) if url.startswith(("http://", "https://"))}
