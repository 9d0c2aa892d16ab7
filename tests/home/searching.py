"""Helpers of the search tests: queries, counts, and searchable objects."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from polls.models import Poll
from tests.factories import NewsPageFactory

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
MAX_QUERIES = 15


def get(client, query, **parameters):
    return client.get(reverse("home:search"), {"q": query, **parameters})


def counts(client, query):
    return {kind.value: count for kind, count in get(client, query).context["found"].counts}


def first_result(client, query):
    """Returns the first result of the first section."""
    return get(client, query).context["found"].sections[0].results[0]


def page_linking_to(document, **kwargs):
    """Returns a page that links to `document`, which makes the document searchable."""
    return NewsPageFactory(**{"body": [("file", document)], **kwargs})


def make_poll(**kwargs):
    now = timezone.now()
    return Poll.objects.create(
        **{
            "title": "Sondage",
            "slug": "sondage",
            "is_draft": False,
            "opens_at": now - DAY,
            "closes_at": now + DAY,
            **kwargs,
        }
    )


def main(response):
    """Returns the content of `<main>`: header and footer contain links too."""
    return response.text.split("<main")[1].split("</main>")[0]
