"""What a news item is about, when it is not a page.

Pages are chosen in a field of the news. An app above this one whose objects are not pages keeps its own links: it
registers, in its `wagtail_hooks.py`, a panel with which editors choose, and a function that finds what readers see::

    @hooks.register(NEWS_PANELS_HOOK)
    def panel() -> Panel: ...

    @hooks.register(RELATED_TO_NEWS_HOOK)
    def proposals(news: NewsPage, request: HttpRequest) -> list[RelatedItem]: ...
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.panels import MultiFieldPanel

if TYPE_CHECKING:
    from cms.models import NewsPage

NEWS_PANELS_HOOK = "news_panels"
RELATED_TO_NEWS_HOOK = "related_to_news"


@dataclass(frozen=True, kw_only=True)
class RelatedItem:
    """A link under a news item, and in a few words what is behind it."""

    title: str
    url: str
    meta: str = ""


def related_to_news(news: "NewsPage", request: HttpRequest) -> list[RelatedItem]:
    """Returns what the apps know of `news`, of what anyone may read."""
    return [item for find in hooks.get_hooks(RELATED_TO_NEWS_HOOK) for item in find(news, request)]


class HookedPanels(MultiFieldPanel):
    """The panels that higher apps register on `hook`. They are asked for when the form is made: all apps are there."""

    def __init__(self, *args: Any, hook: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hook = hook

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "hook": self.hook}

    def on_model_bound(self) -> None:
        self.children = [make_panel() for make_panel in hooks.get_hooks(self.hook)]
        super().on_model_bound()
