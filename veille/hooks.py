"""Extension points of the watch: context that the pages get from code in higher layers.

Register the function in `veille/wagtail_hooks.py`::

    @hooks.register(ENTRY_LIST_CONTEXT_HOOK)
    def entry_list(request: HttpRequest, index: VeilleIndexPage) -> dict[str, Any]: ...
"""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from wagtail import hooks

if TYPE_CHECKING:
    from veille.models import VeilleIndexPage

ENTRY_LIST_CONTEXT_HOOK = "veille_entry_list_context"


def entry_list_context(request: HttpRequest, index: "VeilleIndexPage") -> dict[str, Any]:
    """Returns the context of the list of entries, from the single function registered for it."""
    (context_of,) = hooks.get_hooks(ENTRY_LIST_CONTEXT_HOOK)
    return context_of(request, index)
