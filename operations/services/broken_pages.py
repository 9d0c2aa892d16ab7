"""Pages of a site that does not work: its name and its phone, from settings, asking nothing of what may be broken."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from cms.models import SiteConfiguration
from common.stylesheet import SOURCES, lightened

# Status → template. A proxy shows them when nobody answers it (docker/nginx.conf).
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


def write(folder: Path) -> list[Path]:
    """Writes a page for each status that a proxy answers itself into `folder`; returns their paths."""
    styles = "".join(lightened((SOURCES / name).read_text(encoding="utf-8")) for name in STYLES)
    # Of our own files, and in the page: nobody may be there to give them.
    context = context_of(SiteConfiguration.load()) | {"styles": mark_safe(f"<style>{styles}</style>")}
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for status, template in PAGES.items():
        path = folder / f"{status}.html"
        path.write_text(render_to_string(template, context), encoding="utf-8")
        written.append(path)
    return written
