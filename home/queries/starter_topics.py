"""Topics that a new committee is offered: those of `home/starter_texts/topics.toml`, and which of them it has."""

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
    """A topic to choose, as its page will begin."""

    slug: str
    title: str
    question: str
    introduction: str
    pictogram: str
    website: str


@cache
def starter_topics() -> list[StarterTopic]:
    """Returns the topics of the file, in their order. One about a site of the city has its name, where it is known."""
    topics = []
    for text in tomllib.loads(FILE.read_text(encoding="utf-8"))["topics"]:
        website = CITY.websites.get(text.pop("website", ""), "")
        if website:
            text["title"] = (urlsplit(website).hostname or "").removeprefix("www.")
            text["slug"] = slugify(text["title"].replace(".", "-"))
        words = {name: french(text[name]) for name in ("question", "introduction")}
        topics.append(StarterTopic(**{**text, **words, "website": website}))
    return topics


def known_topics() -> set[str]:
    """Returns the slugs and the titles of the topics that the site has, drafts too."""
    return {word for pair in TopicPage.objects.values_list("slug", "title") for word in pair}


def missing_topics() -> list[StarterTopic]:
    """Returns the starter topics that the site does not have."""
    known = known_topics()
    return [topic for topic in starter_topics() if known.isdisjoint({topic.slug, topic.title})]
