"""Extension points of this app, through which its models return the responses of views.

One function per hook is registered, in `participation/wagtail_hooks.py`::

    @hooks.register(PROPOSAL_LIST_VIEW_HOOK)
    def proposal_list(request: HttpRequest, index_page: ProposalIndexPage) -> HttpResponse: ...

    @hooks.register(ANSWER_PREVIEW_HOOK)
    def preview_answer(request: HttpRequest, answer: OfficialAnswer) -> HttpResponse: ...
"""

from collections.abc import Callable
from typing import Any

from wagtail import hooks

PROPOSAL_LIST_VIEW_HOOK = "proposal_list_view"
ANSWER_PREVIEW_HOOK = "answer_preview"


def registered(name: str) -> Callable[..., Any]:
    """Returns the single function registered for the hook `name`."""
    (function,) = hooks.get_hooks(name)
    return function
