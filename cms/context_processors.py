"""Context processor for the layout of public pages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cms.models import SiteConfiguration, Spotlight
from common.city import CITY

SITE_DESCRIPTION = format_lazy(
    _(
        "The committee of users of digital services gives its view on the digital services {of_city} and of its "
        "metropolis."
    ),
    of_city=CITY.of_city,
)


def current_alert() -> Spotlight | None:
    """Returns the spotlight with the current alert, or None. Cached in the process for a minute."""
    spotlight = Spotlight.shown()
    return spotlight if spotlight.has_alert(timezone.now()) else None


def site(request: HttpRequest) -> dict[str, Any]:
    """Adds the configuration, the alert (lazy), and whether this is a demonstration."""
    return {
        "site_configuration": SimpleLazyObject(SiteConfiguration.shown),
        "alert": SimpleLazyObject(current_alert),
        "our_city": CITY,
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_description": SITE_DESCRIPTION,
        "demonstration": settings.DEMONSTRATION,
        "has_mailbox": settings.MAILBOX_DIR is not None,
    }
