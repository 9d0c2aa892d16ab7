"""What readers should know of a source, beside its link: `{% load sources %}`, then `{% source_state url %}`."""

from datetime import date
from typing import Any

from django import template
from django.core.cache import caches

from cms.models.citations import CitedAddress, gone_addresses

register = template.Library()

KEY = "citations:gone"
SECONDS = 60


@register.inclusion_tag("cms/includes/source_state.html")
def source_state(url: str, archived_url: str = "") -> dict[str, Any]:
    """Since when nothing is at `url`, if so, and the archived copy that an editor gave."""
    return {"since": _gone().get(CitedAddress.key_of(url)), "archived_url": archived_url}


def _gone() -> dict[str, date]:
    """The process knows it for a minute: a page with a hundred sources asks once."""
    return caches["local"].get_or_set(KEY, gone_addresses, SECONDS) or {}
