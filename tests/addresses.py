"""URL patterns of the resolver: pattern, name of the view, and sample values for the parameters."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import URLResolver, get_resolver

# Signing out would end the test; the other view is Wagtail's, which fails on purpose for administrators.
NEVER = re.compile("logout|deconnexion|failwhale")
# `<int:pk>` of Django, `(?P<pk>…)` of modeladmin, and unnamed groups.
PLACE = re.compile(r"<(?:\w+:)?(?P<path>\w+)>|\(\?P<(?P<group>\w+)>(?:[^()]|\([^()]*\))*\)|\((?:\?:)?[^()]*\)[?*]?")


@dataclass(frozen=True)
class Pattern:
    """URL pattern of the resolver with the full name of its view."""

    written: str
    view: str

    @property
    def places(self) -> list[str]:
        """Names of the URL parameters in order; "" for an unnamed group."""
        return [found["path"] or found["group"] or "" for found in PLACE.finditer(self.written)]

    def filled(self, value: Callable[[str], str]) -> str:
        """Returns the address with each parameter replaced by `value(name)`."""
        path = PLACE.sub(lambda found: value(found["path"] or found["group"] or ""), self.written)
        return "/" + re.sub(r"\\Z|[\^$?\\]", "", path).lstrip("/")


def patterns(resolver: URLResolver | None = None, before: str = "", namespace: str = "") -> Iterator[Pattern]:
    """Yields every URL pattern of `resolver`, by default of the whole site."""
    for entry in (resolver or get_resolver()).url_patterns:
        written = f"{before}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from patterns(entry, written, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            yield Pattern(written, f"{namespace}{entry.name}" if entry.name else written)
