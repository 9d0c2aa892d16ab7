"""Absolute URLs for what leaves the site, and the parts of an address that people write."""

import re

from django.conf import settings

# A part of an address that people write: a word of letters, or a number as short as a date. What mixes both may be the
# key of somebody's link.
WORD = re.compile(r"[A-Z]?[a-zà-öø-ÿ]{1,30}|[A-Z]{1,12}|\d{1,8}")
SEPARATORS = re.compile(r"[/._\-]")


def is_written_by_people(path: str) -> bool:
    """Says whether `path` is made of words and short numbers only: no key, no e-mail address."""
    return all(WORD.fullmatch(part) for part in SEPARATORS.split(path) if part)


def absolute_url(path: str) -> str:
    """Returns `path` (root-relative) under `BASE_URL`; an absolute URL comes back as it is."""
    return path if path.startswith(("http://", "https://")) else f"{settings.BASE_URL}{path}"


def is_own(url: str) -> bool:
    """Says whether `url`, a whole one, is of this site."""
    return url.startswith(absolute_url("/"))
