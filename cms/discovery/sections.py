"""Section of the site: what menu, hubs, foot of the pages, site map and search know of a part of it.

A section belongs to one of the six doors of the menu, to the tools beside them, or to a list in the foot of the pages.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

PARTICIPATE, RESULTS, COMMITTEE, HELP = "home:participate", "home:results", "/le-comite/", "inclusion:places"
NEWS, WATCH = "/actualites/", "/veille/"
# Lists beside those of the doors: tools in the head, and two columns in the foot.
TOOLS, SITE, RIGHTS = "tools", "site", "rights"


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the site. `target` is the address of a page of editors, or the name of a view.

    `door` is the target of its door, or the name of its list. `words` are further names by which a search finds it,
    between commas; `also` are other beginnings of addresses that belong to it. Without a tile it is in no hub and in
    no foot.
    """

    name: str | Promise
    target: str
    door: str
    summary: str | Promise = ""
    pictogram: str = ""
    family: str = ""
    words: str = ""
    also: tuple[str, ...] = ()
    has_tile: bool = True

    @property
    def is_page(self) -> bool:
        """True for a page, which editors write and may leave unpublished."""
        return self.target.startswith("/")

    @property
    def url(self) -> str:
        return self.target if self.is_page else reverse(self.target)

    @property
    def is_door(self) -> bool:
        return self.door == self.target
