"""What editors see of the minutes in the form of a session: where they are written, and what decisions are about."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import InlinePanel, Panel

WRITTEN_WITH_MINUTES = _("Decisions are written with the minutes, in the members’ area: they are public once approved.")


class MinutesPanel(Panel):
    """The state of the minutes, and the way to the pages where they are written."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "committee/admin/minutes_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            session = self.instance
            address = reverse("committee:minutes", args=[session.slug]) if session.pk else ""
            return {
                **super().get_context_data(parent_context),
                "record": getattr(session, "minutes_record", None) if session.pk else None,
                "address": address,
            }


class DecisionsPanel(InlinePanel):
    """The decisions, which nobody adds here: only what they are about is chosen."""

    class BoundPanel(InlinePanel.BoundPanel):
        template_name = "committee/admin/decisions_panel.html"


def changes_rows(formset: Any) -> bool:
    """Says whether what was sent adds rows to `formset`, or takes some away."""
    if not formset.is_valid():
        return False
    added = any(not form.instance.pk and form.has_changed() for form in formset.forms)
    return added or bool(formset.deleted_forms)
