"""Base of the admin views of participation: a read-only view."""

from datetime import datetime
from typing import Any, ClassVar

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import InspectView


class ReadView(InspectView):
    """Shows all fields of one row, with dates in local time. `labels` has the names of other values."""

    page_title = _("Read")
    labels: ClassVar[dict[str, Any]] = {}

    def get_field_label(self, field_name: str, field: Any) -> str:
        if field_name == "attached_files":
            return gettext("Pictures and documents")
        return str(self.labels.get(field_name) or super().get_field_label(field_name, field))

    def get_attached_files_display_value(self) -> SafeString:
        """Returns the files of the text as rendered on the site."""
        return render_to_string("common/attached_files.html", {"files": self.object.attached_files})

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        return timezone.localtime(value) if isinstance(value, datetime) else value
