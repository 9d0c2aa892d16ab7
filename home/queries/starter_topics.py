"""Topics suggested to a new committee, from `home/starter_texts/topics.toml`, and those that exist."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.text import slugify

from committee.models import TopicPage
from common.city import CITY
from common.markdown import french

FILE = Path(__file__).parents[1] / "starter_texts" / "topics.toml"


@dataclass(frozen=True)
class StarterTopic:
    """Suggested topic, with the initial content of its page."""

    slug: str
    title: str
    question: str
    introduction: str
    pictogram: str
    website: str


@cache
def starter_topics() -> list[StarterTopic]:
    """Returns the topics of the file, in order. A topic about a website of the city has its name, if known."""
    topics = []
    for text in tomllib.loads(FILE.read_text(encoding="utf-8"))["topics"]:
        website = CITY.websites.get(text.pop("website", ""), "")
        if website:
            text["title"] = (urlsplit(website).hostname or "").removeprefix("www.")
            text["slug"] = slugify(text["title"].replace(".", "-"))
        texts = {name: french(text[name]) for name in ("question", "introduction")}
        topics.append(StarterTopic(**{**text, **texts, "website": website}))
    return topics


def known_topics() -> set[str]:
    """Returns the slugs and titles of existing topics, drafts included."""
    return {value for pair in TopicPage.objects.values_list("slug", "title") for value in pair}


def missing_topics() -> list[StarterTopic]:
    """Returns the missing starter topics."""
    existing = known_topics()
    return [topic for topic in starter_topics() if existing.isdisjoint({topic.slug, topic.title})]
