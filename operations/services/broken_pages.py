"""Pages of a site that does not work: its name and its phone, from settings, asking nothing of what may be broken."""

import logging
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import override

from cms.models import SiteConfiguration
from common.stylesheet import SOURCES, lightened

logger = logging.getLogger(__name__)

# The proxy has an account of its own.
READABLE = 0o644
# Status → template. A proxy shows them when nobody answers it (docker/site.conf).
PAGES = {502: "502.html", 503: "503.html", 504: "502.html"}
# What these pages use of the style sheet.
STYLES = ("tokens.css", "base.css", "layout.css", "components/header.css", "components/button.css")


def context_of(configuration: SiteConfiguration | None) -> dict[str, Any]:
    """What the pages say of the site; without its configuration, its name only."""
    told: dict[str, Any] = {"site_name": settings.WAGTAIL_SITE_NAME}
    if configuration:
        told |= {"institution": configuration.institution, **configuration.help_by_phone}
    return told


def known_configuration(*, ask_database: bool) -> SiteConfiguration | None:
    """The configuration that this process remembers, or that the database says; None when neither is to be had."""
    if known := caches["local"].get(SiteConfiguration._meta.label_lower):
        return known
    if not ask_database:
        return None
    try:
        return SiteConfiguration.shown()
    except DatabaseError:
        return None


@cache
def _styles() -> str:
    return "".join(lightened((SOURCES / name).read_text(encoding="utf-8")) for name in STYLES)


def pages() -> dict[str, bytes]:
    """What a proxy shows for each status that it answers itself, by name of file."""
    # Of our own files, and in the page: nobody may be there to give them.
    styles = format_html("<style>{}</style>", mark_safe(_styles()))
    with override(settings.LANGUAGE_CODE):
        context = context_of(SiteConfiguration.load()) | {"styles": styles}
        return {f"{status}.html": render_to_string(template, context).encode() for status, template in PAGES.items()}


def are_current(folder: Path) -> bool:
    """Says whether the pages in `folder` are those of the settings of today. Raises `OSError` if it cannot look."""
    return all((folder / name).exists() and (folder / name).read_bytes() == page for name, page in pages().items())


def write(folder: Path) -> list[Path]:
    """Writes the pages into `folder`, for every account to read; returns their paths. Raises `OSError`.

    Each takes the place of the one before at once: a proxy may be reading it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, page in pages().items():
        unfinished, path = folder / f".{name}", folder / name
        unfinished.write_bytes(page)
        unfinished.chmod(READABLE)
        written.append(unfinished.replace(path))
    return written


def keep_current() -> str:
    """Writes the pages again if the settings that they show have changed; returns a word for the tick.

    Only into `ERROR_PAGES_DIR`, and only where somebody has made it: elsewhere no proxy shows them.
    """
    folder = settings.ERROR_PAGES_DIR
    try:
        if not folder.is_dir() or are_current(folder):
            return ""
        return f"{len(write(folder))} pages of errors written"
    except OSError as error:
        logger.warning("the pages of errors cannot be written: %s", error)
        return ""
