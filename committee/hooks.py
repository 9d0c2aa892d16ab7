"""What higher apps show on the page of a topic.

A topic gathers what the whole site holds about it, and `committee` is below the apps that hold it. They register a
function on the Wagtail hook `topic_sections`; it takes the topic and the request and returns a `TopicSection`, or None
when it has nothing to show::

    @hooks.register(TOPIC_SECTIONS_HOOK)
    def proposals(topic, request):
        return TopicSection(order=20, key="propositions", title=_("Proposals"), items=[...])
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.http import HttpRequest
from wagtail import hooks

if TYPE_CHECKING:
    from committee.models import TopicPage

TOPIC_SECTIONS_HOOK = "topic_sections"


@dataclass(frozen=True, kw_only=True)
class SectionItem:
    """One line: a title that leads somewhere, and what to know about it in a few words."""

    title: str
    url: str
    meta: str = ""


@dataclass(frozen=True, kw_only=True)
class TopicSection:
    """A headed list of at most a few items, with the way to the rest."""

    order: int
    key: str
    title: str
    items: list[SectionItem] = field(default_factory=list)
    more_url: str = ""
    more_label: str = ""


def topic_sections(topic: "TopicPage", request: HttpRequest) -> list[TopicSection]:
    """Returns what the apps show under `topic`, in order."""
    found = [register(topic, request) for register in hooks.get_hooks(TOPIC_SECTIONS_HOOK)]
    return sorted((section for section in found if section), key=lambda section: section.order)
