"""Absolute URLs for what leaves the site, URLs of what has a number, and the parts of an address that people write."""

import re
from functools import cache

from django.conf import settings
from django.urls import reverse

# A part of an address that people write: a word of letters, or a number as short as a date. What mixes both may be the
# key of somebody's link.
WORD = re.compile(r"[A-Z]?[a-zà-öø-ÿ]{1,30}|[A-Z]{1,12}|\d{1,8}")
SEPARATORS = re.compile(r"[/._\-]")


def is_written_by_people(path: str) -> bool:
    """Says whether `path` is made of words and short numbers only: no key, no e-mail address."""
    return all(WORD.fullmatch(part) for part in SEPARATORS.split(path) if part)


# Stand for what differs from one URL to the next.
NUMBER, SLUG = 8_020_406_080, "a-slug-that-nothing-has"


def url_of(view: str, number: int, slug: str = "") -> str:
    """Returns the URL of `view` for what has that `number`, and that `slug` where the URL holds one.

    The same as `reverse` says, which is asked once for each view: the page of a proposal has six of these, and a list
    fifteen.
    """
    return _form_of(view, bool(slug)).format(number=number, slug=slug)


@cache
def _form_of(view: str, has_slug: bool) -> str:
    url = reverse(view, args=[NUMBER, SLUG] if has_slug else [NUMBER])
    return url.replace(str(NUMBER), "{number}").replace(SLUG, "{slug}")


def absolute_url(path: str) -> str:
    """Returns `path` (root-relative) under `BASE_URL`; an absolute URL comes back as it is."""
    return path if path.startswith(("http://", "https://")) else f"{settings.BASE_URL}{path}"


def is_own(url: str) -> bool:
    """Says whether `url`, a whole one, is of this site."""
    return url.startswith(absolute_url("/"))
