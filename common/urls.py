"""Absolute URLs."""

from django.conf import settings


def absolute_url(path: str) -> str:
    """Returns `path` (root-relative) under `BASE_URL`; absolute URLs are unchanged."""
    return path if path.startswith(("http://", "https://")) else f"{settings.BASE_URL}{path}"


def is_own(url: str) -> bool:
    """Returns whether the absolute `url` is on this site."""
    return url.startswith(absolute_url("/"))
