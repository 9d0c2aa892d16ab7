"""Bulk actions of the admin."""

from typing import Any

from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from common.shown import DecidesAsShown


class SnippetDecision(DecidesAsShown, SnippetBulkAction):
    """Base class of decisions about snippets."""

    def row_context(self, obj: Any) -> dict[str, Any]:
        """Returns `obj` without the URL of its form, to which no template links: Wagtail looks for each."""
        return {"item": obj}
