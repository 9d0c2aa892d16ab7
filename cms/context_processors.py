"""Context of the layout of every public page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from cms.models import SiteConfiguration

SITE_DESCRIPTION = _(
    "The committee of users of digital services gives its view on the digital services of Strasbourg and of its "
    "metropolis."
)


def site(request: HttpRequest) -> dict[str, Any]:
    """Adds the configuration (looked for when a template asks), and whether this is a demonstration with a mailbox."""
    return {
        "site_configuration": SimpleLazyObject(SiteConfiguration.shown),
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_description": SITE_DESCRIPTION,
        "demonstration": settings.DEMONSTRATION,
        "has_mailbox": settings.MAILBOX_DIR is not None,
    }
