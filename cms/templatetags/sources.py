"""State of a source: `{% load sources %}`, then `{{ url|gone_since }}`.

Next to a link, `{% include "cms/includes/source_state.html" with url=url only %}` displays it.
"""

from datetime import date

from django import template
from django.core.cache import caches

from cms.models.citations import CitedAddress, gone_addresses

register = template.Library()

KEY = "citations:gone"
SECONDS = 60


@register.filter
def gone_since(url: str) -> date | None:
    """Returns the date since when `url` is gone, or None if it may exist.

    Cached in the process for a minute: a page with a hundred sources queries once.
    """
    gone: dict[str, date] = caches["local"].get_or_set(KEY, gone_addresses, SECONDS) or {}
    return gone.get(CitedAddress.key_of(url))
