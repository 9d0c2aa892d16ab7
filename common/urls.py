"""Absolute URLs for what leaves the site: mails, feeds, calendars."""

from django.conf import settings


def absolute_url(path: str) -> str:
    """Returns `path` (root-relative) under `BASE_URL`; an absolute URL comes back as it is."""
    return path if path.startswith(("http://", "https://")) else f"{settings.BASE_URL}{path}"


def is_own(url: str) -> bool:
    """Says whether `url`, a whole one, is of this site."""
    return url.startswith(absolute_url("/"))
