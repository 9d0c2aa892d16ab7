"""Error pages with the name and telephone of the site, from settings, independent of anything that may be broken."""

import logging
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import override

from cms.models import SiteConfiguration
from common.stylesheet import SOURCES, lightened

logger = logging.getLogger(__name__)

# Seconds after which a client may try again, in a header of each 503.
RETRY_AFTER = 10
# The proxy runs as another user.
READABLE = 0o644
# Status → template. A proxy shows them when the site does not answer (docker/site.conf).
PAGES = {502: "502.html", 503: "503.html", 504: "502.html"}
# Parts of the style sheet used by these pages.
STYLES = ("tokens.css", "base.css", "layout.css", "components/header.css", "components/button.css")


def context_of(configuration: SiteConfiguration | None) -> dict[str, Any]:
    """Returns the context of the pages; without a configuration, only the name of the site."""
    context: dict[str, Any] = {"site_name": settings.WAGTAIL_SITE_NAME}
    if configuration:
        context |= {"institution": configuration.institution, **configuration.help_by_phone}
    return context


def known_configuration(*, ask_database: bool) -> SiteConfiguration | None:
    """Returns the configuration from the local cache, else from the database; None if neither has it."""
    if cached := caches["local"].get(SiteConfiguration._meta.label_lower):
        return cached
    if not ask_database:
        return None
    try:
        return SiteConfiguration.shown()
    except DatabaseError:
        return None


def away() -> HttpResponse:
    """Returns the page of a site that answers again soon (503), without asking the database."""
    context = context_of(known_configuration(ask_database=False))
    return HttpResponse(render_to_string("away.html", context), status=503, headers={"Retry-After": str(RETRY_AFTER)})


def unlogged(response: HttpResponse) -> HttpResponse:
    """Returns `response`, which Django then does not log as an error: one line per check is logged instead."""
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


@cache
def _styles() -> str:
    return "".join(lightened((SOURCES / name).read_text(encoding="utf-8")) for name in STYLES)


def pages() -> dict[str, bytes]:
    """Returns the pages by file name, one for each status that the proxy answers itself."""
    # Our own style sheets, inlined: there may be no server to deliver them.
    styles = format_html("<style>{}</style>", mark_safe(_styles()))
    with override(settings.LANGUAGE_CODE):
        context = context_of(SiteConfiguration.load()) | {"styles": styles}
        return {f"{status}.html": render_to_string(template, context).encode() for status, template in PAGES.items()}


def are_current(folder: Path) -> bool:
    """Returns whether the pages in `folder` are up to date. Raises `OSError` if it cannot read them."""
    return all((folder / name).exists() and (folder / name).read_bytes() == page for name, page in pages().items())


def write(folder: Path) -> list[Path]:
    """Writes the pages to `folder`, readable by all users; returns their paths. Raises `OSError`.

    Each file is replaced atomically: a proxy may be reading it.
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
    """Writes the pages again if their settings have changed; returns a summary for the tick.

    Only into `ERROR_PAGES_DIR`, and only if it exists: otherwise no proxy uses them.
    """
    folder = settings.ERROR_PAGES_DIR
    try:
        if not folder.is_dir() or are_current(folder):
            return ""
        return f"{len(write(folder))} pages of errors written"
    except OSError as error:
        logger.warning("the pages of errors cannot be written: %s", error)
        return ""
