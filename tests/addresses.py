"""Every address of the resolver: its pattern, the name of its view, and what may stand where it varies."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import URLResolver, get_resolver

# Signing out ends a test; Wagtail fails on purpose at the other one, for administrators.
NEVER = re.compile("logout|deconnexion|failwhale")
# `<int:pk>` of Django, `(?P<pk>…)` of modeladmin, and groups without a name.
PLACE = re.compile(r"<(?:\w+:)?(?P<path>\w+)>|\(\?P<(?P<group>\w+)>(?:[^()]|\([^()]*\))*\)|\((?:\?:)?[^()]*\)[?*]?")


@dataclass(frozen=True)
class Pattern:
    """An address as the resolver has it, and the full name of its view."""

    written: str
    view: str

    @property
    def places(self) -> list[str]:
        """The names of what varies, in order; "" for a group without a name."""
        return [found["path"] or found["group"] or "" for found in PLACE.finditer(self.written)]

    def filled(self, value: Callable[[str], str]) -> str:
        """The address with `value(name)` in each place."""
        path = PLACE.sub(lambda found: value(found["path"] or found["group"] or ""), self.written)
        return "/" + re.sub(r"\\Z|[\^$?\\]", "", path).lstrip("/")


def patterns(resolver: URLResolver | None = None, before: str = "", namespace: str = "") -> Iterator[Pattern]:
    """Yields every address of `resolver`, or of the site."""
    for entry in (resolver or get_resolver()).url_patterns:
        written = f"{before}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from patterns(entry, written, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            yield Pattern(written, f"{namespace}{entry.name}" if entry.name else written)
