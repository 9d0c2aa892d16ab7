"""Entries of the inspiring watch, and their themes."""

from datetime import timedelta

from committee.models import TopicPage
from common.markdown import body, french
from demo.clock import Clock
from demo.content import read
from home.services.publishing import publish_under
from veille.models import Theme, VeilleEntryPage, VeilleIndexPage


def load(clock: Clock, topics: dict[str, TopicPage]) -> None:
    """Publishes the entries, the oldest first, after the themes that they need."""
    texts = read("veille")
    themes = {
        slug: Theme.objects.get_or_create(slug=slug, defaults={"name": name})[0]
        for slug, name in texts["themes"].items()
    }
    parent = VeilleIndexPage.objects.get()
    for text in reversed(texts["entries"]):
        published_at = clock.ago(text["days_ago"], 11)
        page = VeilleEntryPage(
            slug=text["slug"],
            title=french(text["title"]),
            theme=themes[text["theme"]],
            place=text["place"],
            year=text["year"],
            topic=topics[text["topic"]],
            source_url=text["source_url"],
            source_title=french(text["source_title"]),
            source_seen_on=(published_at - timedelta(days=3)).date(),
            introduction=french(text["introduction"]),
            body=body(text["body"]),
            effects=body(text["effects"]) if "effects" in text else [],
            lesson=french(text["lesson"]),
            limits=french(text["limits"]),
        )
        publish_under(parent, page, published_at)
