"""What readers should know of a source: `{% load sources %}`, then `{{ url|gone_since }}`.

Beside a link, `{% include "cms/includes/source_state.html" with url=url only %}` says it in words.
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
    """Since when nothing is at `url`, None if something may be there.

    The process knows it for a minute: a page with a hundred sources asks once.
    """
    gone: dict[str, date] = caches["local"].get_or_set(KEY, gone_addresses, SECONDS) or {}
    return gone.get(CitedAddress.key_of(url))
