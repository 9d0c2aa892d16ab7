"""Entries of the inspiring watch, with themes and stances; suggestions of residents; sources and their items."""

from datetime import timedelta
from typing import Any

from accounts.models import User
from committee.models import SessionPage, TopicPage
from common.markdown import body, french
from demo.clock import Clock
from demo.content import read
from home.services.publishing import publish_under
from veille.models import ReadingItem, Source, Theme, VeilleEntryPage, VeilleIndexPage, item_key


def load(clock: Clock, topics: dict[str, TopicPage]) -> None:
    """Publishes the entries, the oldest first, after their themes."""
    texts = read("veille")
    themes = {
        slug: Theme.objects.get_or_create(slug=slug, defaults={"name": name})[0]
        for slug, name in texts["themes"].items()
    }
    held = list(SessionPage.objects.published().held(clock.now))
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
            stance=text.get("stance", ""),
            stance_session=held[text["sessions_ago"]] if "stance" in text else None,
        )
        publish_under(parent, page, published_at)


def add_suggestions(clock: Clock, people: dict[str, User]) -> None:
    """Adds the suggestions to the reading list; one with a reason was set aside two days later."""
    for text in read("veille")["suggestions"]:
        is_set_aside = "reason" in text
        ReadingItem.objects.create(
            suggested_by=people[text["by"]],
            key=item_key(text["url"]),
            url=text["url"],
            title=french(text["title"]),
            place=text.get("place", ""),
            note=french(text["note"]),
            thanks_by_name=text.get("thanks_by_name", False),
            found_at=clock.ago(text["days_ago"], 19),
            state=ReadingItem.State.SET_ASIDE if is_set_aside else ReadingItem.State.NEW,
            reason=text.get("reason", ""),
            decided_at=clock.ago(text["days_ago"] - 2, 10) if is_set_aside else None,
            decided_by=people["redaction"] if is_set_aside else None,
        )


def add_sources(clock: Clock, people: dict[str, User]) -> None:
    """Adds sources, all paused, so that the demonstration sends no requests; and their items."""
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    for text in read("sources")["sources"]:
        items = text.pop("items", [])
        source = Source.objects.create(
            name=french(text["name"]),
            site_url=f"https://{text['host']}/",
            feed_url=f"https://{text['host']}/flux.xml",
            language=text["language"],
            place=text["place"],
            theme=themes[text["theme"]],
            is_public=text.get("is_public", True),
            state=Source.State.PAUSED,
            created_at=clock.ago(60, 9),
            read_at=clock.ago(1, 12),
            last_item_at=clock.ago(min(item["days_ago"] for item in items), 12) if items else None,
            error=french("Démonstration : cette source est en pause, rien n’est demandé à son site."),
        )
        for item in items:
            _add_item(source, item, clock, people)


def _add_item(source: Source, text: dict[str, Any], clock: Clock, people: dict[str, User]) -> None:
    url = f"{source.site_url}{text['slug']}"
    state = ReadingItem.State(text.get("state", "new"))
    is_decided = state != ReadingItem.State.NEW
    ReadingItem.objects.create(
        source=source,
        key=item_key(url),
        url=url,
        title=french(text["title"]),
        text=french(text["text"]),
        language=source.language,
        place=source.place,
        dated_at=clock.ago(text["days_ago"], 8),
        found_at=clock.ago(text["days_ago"], 12),
        state=state,
        decided_at=clock.ago(text["days_ago"] - 1, 10) if is_decided else None,
        decided_by=people["redaction"] if is_decided else None,
    )
