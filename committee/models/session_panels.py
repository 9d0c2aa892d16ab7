"""Edit form of a session: validation, panels of the minutes and of the decisions, fixed rows."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import InlinePanel, Panel

from committee.models.frozen import AGENDA_FIELDS, ARE_FROZEN, SESSION_IS_FROZEN
from committee.models.minutes import SessionMinutes

DAY_IS_TAKEN = _("There is a session on this day already. Choose another day, or change that session.")
WRITTEN_WITH_MINUTES = _("Decisions are written with the minutes, in the members’ area: they are public once approved.")


class MinutesPanel(Panel):
    """State of the minutes, with a link to the pages where they are written."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "committee/admin/minutes_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            session = self.instance
            url = reverse("committee:minutes", args=[session.slug]) if session.pk else ""
            record: SessionMinutes | None = getattr(session, "minutes_record", None) if session.pk else None
            return {
                **super().get_context_data(parent_context),
                "record": record,
                "state": record.state_on(timezone.localdate()) if record else "",
                "address": url,
            }


class FixedRowsPanel(InlinePanel):
    """Rows that only a service adds: editors complete each of them."""

    class BoundPanel(InlinePanel.BoundPanel):
        template_name = "committee/admin/fixed_rows_panel.html"


def changes_fields(formset: Any, fields: Iterable[str]) -> bool:
    """Returns whether the submitted data adds, deletes or reorders rows of `formset`, or changes one of `fields`."""
    if not formset.is_valid():
        return False
    order = [form.instance.pk for form in formset.ordered_forms]
    return (
        changes_rows(formset)
        or order != [form.instance.pk for form in formset.initial_forms]
        or any(not set(fields).isdisjoint(form.changed_data) for form in formset.forms)
    )


def changes_rows(formset: Any) -> bool:
    """Returns whether the submitted data adds or deletes rows of `formset`."""
    if not formset.is_valid():
        return False
    added = any(not form.instance.pk and form.has_changed() for form in formset.forms)
    return added or bool(formset.deleted_forms)


class SessionPageForm(WagtailAdminPageForm):
    """Refuses, beside the field, the day of another session, and new rows among the decisions."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if starts_at := cleaned.get("starts_at"):
            sessions = type(self.instance)
            same_day = sessions.objects.filter(slug=sessions.slug_of(starts_at)).exclude(pk=self.instance.pk)
            if same_day.exists():
                self.add_error("starts_at", DAY_IS_TAKEN)
        if changes_rows(self.formsets["decisions"]):
            self.add_error(None, ARE_FROZEN if self.instance.has_frozen_minutes() else WRITTEN_WITH_MINUTES)
        if self.instance.has_frozen_minutes() and changes_fields(self.formsets["agenda_items"], AGENDA_FIELDS):
            self.add_error(None, SESSION_IS_FROZEN)
        return cleaned
