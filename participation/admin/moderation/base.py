"""Bases of the lists of moderation: what may be decided about a line, as buttons, and the list itself."""

from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import BaseButton, HeaderButton, ListingButton
from wagtail.snippets.views.snippets import HistoryView, IndexView

from common.admin import EmptyQueue, ListedSnippetViewSet, SinglePermissionPolicy
from participation import permissions
from participation.admin.base import ReadView


def action_url(item: Model, action: str, next_url: str) -> str:
    """Returns the URL of the confirmation of `action` for one line."""
    args = [item._meta.app_label, item._meta.model_name, action]
    return reverse("wagtail_bulk_action", args=args, query={"id": item.pk, "next": next_url})


class Decisions:
    """What the person of the request may decide about a line now, as buttons; a subclass says it."""

    request: HttpRequest

    def choices(self, item: Any) -> list[tuple[Any, str]]:
        """Returns the label and the bulk action of each decision that is possible about `item`."""
        raise NotImplementedError

    def obstacle(self, item: Any) -> str:
        """Returns why a decision about `item` is not for this person, in the sentence shown instead of its button."""
        return ""

    def decision_buttons(self, item: Any, next_url: str, button: type[BaseButton]) -> list[BaseButton]:
        return [
            button(label, url=action_url(item, action, next_url), priority=place)
            for place, (label, action) in enumerate(self.choices(item), start=1)
        ]


class ModerationIndexView(Decisions, EmptyQueue, IndexView):
    # Received texts, published ones that nobody has read, reports and appeals.
    queues = frozenset({"state=recue", "state=recu", "unread=true", "waiting=true"})

    @cached_property
    def here(self) -> str:
        """Where a decision about any row leads back to."""
        return self.request.get_full_path()

    def get_list_buttons(self, instance: Model) -> list:
        return [
            *self.decision_buttons(instance, self.here, ListingButton),
            *super().get_list_buttons(instance),
        ]

    def get_list_more_buttons(self, instance: Model) -> list:
        """No menu of one line, « Inspecter »: the text of the row leads there."""
        return []


class DecideView(Decisions, ReadView):
    """A text as it is read before a decision, and what may be decided."""

    @property
    def next_url(self) -> str:
        """Where a decision leads: what still waits, as the menu shows it."""
        return self.model.snippet_viewset.menu_url

    @cached_property
    def header_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        return self.decision_buttons(self.object, self.next_url, HeaderButton)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(obstacle=self.obstacle(self.object), **kwargs)


class ModerationHistoryView(HistoryView):
    """Who decided what, when and why; those who may read the text may read this."""

    any_permission_required: ClassVar = ["view"]

    @cached_property
    def columns(self) -> list[Column]:  # type: ignore[override]
        return [*super().columns, Column("comment", label=_("Reason"))]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return self.breadcrumbs_items


class ModerationViewSet(ListedSnippetViewSet):
    """A list that opens on what waits to be read, oldest first.

    Moderators see; nobody adds, changes or deletes from here: what residents wrote is theirs.
    """

    index_view_class = ModerationIndexView
    inspect_view_class = DecideView
    history_view_class = ModerationHistoryView
    inspect_view_enabled = True
    deleted_in_bulk = False
    inspect_template_name = "participation/admin/inspect.html"
    copy_view_enabled = False
    ordering: ClassVar = ["created_at", "pk"]
    # Search in the rows themselves: the search index holds published texts only.
    search_backend_name = None
    # The query string that opens the list on what waits.
    waiting: ClassVar[dict[str, str]] = {}

    @property
    def permission_policy(self) -> SinglePermissionPolicy:
        return SinglePermissionPolicy(self.model, self.may, only="view")

    def may(self, person: Any) -> bool:
        return permissions.can_moderate(person, self.model)

    @property
    def menu_url(self) -> str:
        return f"{super().menu_url}?{urlencode(self.waiting)}"
