"""Colour themes: those of the system, light or dark. The choice is a cookie of ours, nothing more."""

from django.conf import settings
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

COOKIE = "theme"
COOKIE_AGE = 365 * 24 * 3600


class Theme(TextChoices):
    """The choices. `AUTOMATIC` leaves the choice to the system and keeps no cookie."""

    AUTOMATIC = "auto", _("Automatic: the colours of your device")
    LIGHT = "clair", _("Light")
    DARK = "sombre", _("Dark")


# What `<html data-theme>` says (static/css/tokens.css).
ATTRIBUTES = {Theme.LIGHT: "light", Theme.DARK: "dark"}


def chosen_theme(request: HttpRequest) -> Theme:
    """Returns what the reader chose; automatic when the cookie is missing or says something else."""
    value = request.COOKIES.get(COOKIE, "")
    return Theme(value) if value in Theme.values else Theme.AUTOMATIC


def remember_theme(response: HttpResponse, theme: Theme) -> None:
    """Makes the browser keep `theme` for a year; automatic is the absence of a choice."""
    if theme == Theme.AUTOMATIC:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(
        COOKIE, theme.value, max_age=COOKIE_AGE, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def theme(request: HttpRequest) -> dict[str, object]:
    """Context processor: `theme` for the layout (light, dark or nothing) and `chosen_theme` for the words.

    Every page varies on `Cookie` (common.middleware), so a proxy never gives one reader's theme to another.
    """
    chosen = chosen_theme(request)
    return {"theme": ATTRIBUTES.get(chosen, ""), "chosen_theme": chosen}
