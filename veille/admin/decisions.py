"""Bulk actions of the reading list, also used for single items. The services decide whether a decision is allowed."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_list_or_404
from django.utils import timezone
from django.utils.translation import gettext, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from common.bulk_actions import SnippetDecision
from common.shown import fingerprint, require_shown
from veille.admin.forms import SetAsideForm
from veille.errors import ItemDecided
from veille.models import ReadingItem
from veille.permissions import can_read_items
from veille.services.items import keep, set_aside


class ItemAction(SnippetDecision):
    """Bulk action that takes one decision about each selected item, as its page listed it.

    Items that do not allow the decision are listed apart on the confirmation page and named again in a warning
    afterwards: another editor may have decided about more of them meanwhile.
    """

    models: ClassVar = [ReadingItem]
    template_name = "veille/admin/decide.html"
    target: ReadingItem.State
    success_message: Any

    @classmethod
    def get_queryset(cls, model: type[Model], object_ids: Any) -> list[ReadingItem]:
        return get_list_or_404(ReadingItem.objects.select_related("source"), pk__in=object_ids)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_read_items(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @staticmethod
    def fingerprint_of(item: ReadingItem) -> str:
        return fingerprint(item.title, item.url, item.state)

    def check_perm(self, obj: ReadingItem) -> bool:
        return obj.can_become(self.target)

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        """Returns the primary keys of the undecided items: "All" selects those only."""
        return ReadingItem.objects.waiting().values_list("pk", flat=True)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(title=self.display_name, **kwargs)

    def prepare_action(self, objects: Any, objects_without_access: dict[str, list[ReadingItem]]) -> None:
        self.left = list(objects_without_access["items_with_no_access"])

    def get_execution_context(self) -> dict[str, Any]:
        return {"by": self.request.user, "now": timezone.now(), "left": self.left, "shown": self.shown}

    def form_valid(self, form: Form) -> HttpResponse:
        self.left = []
        answer: HttpResponse = super().form_valid(form)
        if self.left:
            states = dict(ReadingItem.objects.filter(pk__in=[item.pk for item in self.left]).values_list("pk", "state"))
            messages.warning(self.request, left_words(self.left, states))
        return answer

    @classmethod
    def decide(cls, item: ReadingItem, **decision: Any) -> None:
        raise NotImplementedError

    @classmethod
    def execute_action(  # type: ignore[override]
        cls, objects: list[Any], *, left: list[ReadingItem], shown: dict[str, str], **decision: Any
    ) -> tuple[int, int]:
        """Decides about each item. Those decided meanwhile by another editor stay unchanged and go to `left`."""
        count = 0
        for item in objects:
            # An item is never edited, and each decision requires its state; but "All" includes those that arrive.
            require_shown(cls.shown_of(item, shown), item, cls.fingerprint_of(item))
            try:
                cls.decide(item, **decision)
            except ItemDecided:
                left.append(item)
                continue
            count += 1
        return count, 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        return self.success_message % {"count": num_parent_objects} if num_parent_objects else None


def left_words(items: list[ReadingItem], states: dict[int, str]) -> str:
    """Returns a sentence that counts and names the selected items left unchanged, each with its state."""
    names = ", ".join(
        gettext("“%(title)s” (%(state)s)") % {"title": item.title, "state": ReadingItem.State(states[item.pk]).label}
        for item in items
        if item.pk in states
    )
    template = ngettext(
        "%(count)d item is left as it is, somebody had decided about it: %(names)s.",
        "%(count)d items are left as they are, somebody had decided about them: %(names)s.",
        len(items),
    )
    return template % {"count": len(items), "names": names}


class KeepAction(ItemAction):
    display_name = _("Keep")
    action_type = "keep"
    aria_label = _("Keep what is selected")
    action_priority = 10
    target = ReadingItem.State.KEPT
    success_message = ngettext_lazy("%(count)d item is kept.", "%(count)d items are kept.", "count")

    @classmethod
    def decide(cls, item: ReadingItem, **decision: Any) -> None:
        keep(item=item, **decision)


class SetAsideAction(ItemAction):
    display_name = _("Set it aside")
    action_type = "set_aside"
    aria_label = _("Set aside what is selected")
    action_priority = 20
    target = ReadingItem.State.SET_ASIDE
    success_message = ngettext_lazy(
        "%(count)d item is set aside. Its text is erased after 90 days.",
        "%(count)d items are set aside. Their texts are erased after 90 days.",
        "count",
    )

    def get_form(self, form_class: Any = None) -> Form:
        objects, _others = self.get_actionable_objects()
        has_suggestions = any(item.is_suggestion for item in objects)
        return SetAsideForm(**self.get_form_kwargs(), has_suggestions=has_suggestions)

    def get_execution_context(self) -> dict[str, Any]:
        reason = self.cleaned_form.cleaned_data.get("reason", "") if self.cleaned_form else ""
        return super().get_execution_context() | {"reason": reason}

    @classmethod
    def decide(cls, item: ReadingItem, **decision: Any) -> None:
        set_aside(item=item, **decision)
