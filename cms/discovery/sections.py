"""Section of the site, as used by menu, hubs, footer, sitemap and search.

A section belongs to one of the six doors (main entries of the menu), to the tools of the header, or to a list of the
footer.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

PARTICIPATE, RESULTS, COMMITTEE, HELP = "home:participate", "home:results", "/le-comite/", "inclusion:places"
NEWS, WATCH = "/actualites/", "/veille/"
# Lists beside the doors: tools of the header, and two columns of the footer.
TOOLS, SITE, RIGHTS = "tools", "site", "rights"


@dataclass(frozen=True, kw_only=True)
class Section:
    """Section of the site. `target` is the URL of a page of editors, or the name of a view.

    `door` is the target of its door, or the name of its list. `words` are synonyms for search, comma-separated; `also`
    are further URL prefixes that belong to it. Without a tile it is in no hub or footer.
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
        """True if the section is a page of editors, which may be unpublished."""
        return self.target.startswith("/")

    @property
    def url(self) -> str:
        return self.target if self.is_page else reverse(self.target)

    @property
    def is_door(self) -> bool:
        return self.door == self.target
