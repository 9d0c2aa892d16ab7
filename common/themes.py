"""Colour themes: automatic, light or dark. The choice is stored in a cookie only."""

from django.conf import settings
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

COOKIE = "theme"
COOKIE_AGE = 365 * 24 * 3600


class Theme(TextChoices):
    """Themes. `AUTOMATIC` follows the system, and sets no cookie."""

    AUTOMATIC = "auto", _("Automatic: the colours of your device")
    LIGHT = "clair", _("Light")
    DARK = "sombre", _("Dark")


# Values of `<html data-theme>` (static/css/tokens.css).
ATTRIBUTES = {Theme.LIGHT: "light", Theme.DARK: "dark"}


def chosen_theme(request: HttpRequest) -> Theme:
    """Returns the theme of the cookie; automatic if it is missing or invalid."""
    value = request.COOKIES.get(COOKIE, "")
    return Theme(value) if value in Theme.values else Theme.AUTOMATIC


def remember_theme(response: HttpResponse, theme: Theme) -> None:
    """Stores `theme` in a cookie for a year; automatic deletes the cookie."""
    if theme == Theme.AUTOMATIC:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(
        COOKIE, theme.value, max_age=COOKIE_AGE, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def theme(request: HttpRequest) -> dict[str, object]:
    """Context processor: `theme` for the layout (light, dark or "") and `chosen_theme` for the form.

    Every page varies on `Cookie` (common.middleware), so that proxies do not mix up themes.
    """
    chosen = chosen_theme(request)
    return {"theme": ATTRIBUTES.get(chosen, ""), "chosen_theme": chosen}
