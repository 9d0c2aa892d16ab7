"""Dialog of the admin for the publishing schedule of a page."""

from typing import Any

from wagtail.admin.panels import PublishingPanel


class SchedulePanel(PublishingPanel):
    """Wagtail's panel, whose message is right for a new page too."""

    class BoundPanel(PublishingPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Returns the context, whose message depends on the permissions for `instance`: for a new page, which has
            none, on those for its parent.
            """
            context = super().get_context_data(parent_context)
            return context if self.instance.pk else {**context, "instance": self.form.parent_page}
