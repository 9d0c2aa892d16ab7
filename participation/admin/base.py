"""Bases of the admin views of participation: a permission policy, a filter, a read-only view."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import InspectView


class SinglePermissionPolicy(ModelPermissionPolicy):
    """A permission policy of one rule of `participation.permissions`, instead of the four permissions of Django.

    `may` is the rule, a function of the account. With `only`, it grants that one action and nothing else.
    """

    def __init__(self, model: Any, may: Callable[[Any], bool], *, only: str | None = None) -> None:
        super().__init__(model)
        self.may, self.only = may, only

    def user_has_permission(self, user: Any, action: str) -> bool:
        return self.only in (None, action) and self.may(user)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class ReadView(InspectView):
    """All of one row, with its dates in local time. `labels` name what is not a field of the model."""

    page_title = _("Read")
    labels: ClassVar[dict[str, Any]] = {}

    def get_field_label(self, field_name: str, field: Any) -> str:
        return str(self.labels.get(field_name) or super().get_field_label(field_name, field))

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        return timezone.localtime(value) if isinstance(value, datetime) else value
