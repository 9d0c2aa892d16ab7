"""Base classes of the moderation lists: the list, and the decisions on a row as buttons."""

from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import BaseButton, HeaderButton, ListingButton
from wagtail.snippets.views.snippets import IndexView

from common.admin import EmptyQueue, ListedSnippetViewSet, ReadersHistoryView, SinglePermissionPolicy, action_url
from participation import permissions
from participation.admin.base import ReadView


class Decisions:
    """Decisions on a row that are possible for the user now, as buttons; subclasses define them."""

    request: HttpRequest

    def choices(self, item: Any) -> list[tuple[Any, str]]:
        """Returns the label and the bulk action of each possible decision on `item`."""
        raise NotImplementedError

    def obstacle(self, item: Any) -> str:
        """Returns the sentence that replaces the buttons if the user may not decide about `item`; "" if they may."""
        return ""

    def decision_buttons(self, item: Any, next_url: str, button: type[BaseButton]) -> list[BaseButton]:
        return [
            button(label, url=action_url(item, action, next_url), priority=place)
            for place, (label, action) in enumerate(self.choices(item), start=1)
        ]


class ModerationIndexView(Decisions, EmptyQueue, IndexView):
    # Received texts, unread published texts, reports and appeals.
    queues = frozenset({"state=recue", "state=recu", "unread=true", "waiting=true"})

    @cached_property
    def here(self) -> str:
        """URL to return to after a decision."""
        return self.request.get_full_path()

    def get_list_buttons(self, instance: Model) -> list:
        return [
            *self.decision_buttons(instance, self.here, ListingButton),
            *super().get_list_buttons(instance),
        ]

    def get_list_more_buttons(self, instance: Model) -> list:
        """Returns no buttons: the menu would only have « Inspecter », and the text of the row links there."""
        return []


class DecideView(Decisions, ReadView):
    """Reading view of a text, with the possible decisions."""

    @property
    def next_url(self) -> str:
        """URL to return to after a decision: the list of waiting texts, as in the menu."""
        return self.model.snippet_viewset.menu_url

    @cached_property
    def header_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        return self.decision_buttons(self.object, self.next_url, HeaderButton)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(obstacle=self.obstacle(self.object), **kwargs)


class ModerationHistoryView(ReadersHistoryView):
    """Decisions on a text, with user, time and reason; readable by users who may read the text."""

    @cached_property
    def columns(self) -> list[Column]:  # type: ignore[override]
        return [*super().columns, Column("comment", label=_("Reason"))]


class ModerationViewSet(ListedSnippetViewSet):
    """List of texts, filtered by default on unread ones, the oldest first.

    Moderators can view; nobody can add, change or delete rows: the texts belong to residents.
    """

    index_view_class = ModerationIndexView
    inspect_view_class = DecideView
    history_view_class = ModerationHistoryView
    inspect_view_enabled = True
    deleted_in_bulk = False
    inspect_template_name = "participation/admin/inspect.html"
    copy_view_enabled = False
    ordering: ClassVar = ["created_at", "pk"]
    # Searches in the database: the search index holds published texts only.
    search_backend_name = None
    # Default query string, which filters on waiting texts.
    waiting: ClassVar[dict[str, str]] = {}

    @property
    def permission_policy(self) -> SinglePermissionPolicy:
        return SinglePermissionPolicy(self.model, self.is_allowed, only="view")

    def is_allowed(self, user: Any) -> bool:
        return permissions.can_moderate(user, self.model)

    @property
    def menu_url(self) -> str:
        return f"{super().menu_url}?{urlencode(self.waiting)}"
