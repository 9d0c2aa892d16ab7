"""Extension points of the field work: context that the pages get from code in higher layers.

Register exactly one function per hook, in `fieldwork/wagtail_hooks.py`::

    @hooks.register(CAMPAIGN_LIST_CONTEXT_HOOK)
    def campaign_list(request: HttpRequest, index: TrialIndexPage) -> dict[str, Any]: ...

    @hooks.register(CAMPAIGN_CONTEXT_HOOK)
    def campaign(request: HttpRequest, page: CampaignPage) -> dict[str, Any]: ...
"""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page

CAMPAIGN_LIST_CONTEXT_HOOK = "campaign_list_context"
CAMPAIGN_CONTEXT_HOOK = "campaign_context"


def context_of(name: str, request: HttpRequest, page: Page) -> dict[str, Any]:
    """Returns the context that the single function registered for the hook `name` adds to `page`."""
    (function,) = hooks.get_hooks(name)
    added: dict[str, Any] = function(request, page)
    return added
