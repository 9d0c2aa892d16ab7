"""Log actions of polls, each with the values before and after."""

from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, Field
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry

from polls.models import Poll
from polls.services import opening
from polls.services.agent_entries import CHANGED as ENTRY_CHANGED
from polls.services.agent_entries import ENTERED
from polls.services.history import CHANGED


class WithValues(LogFormatter):
    """Log formatter that appends the value of each field before and after."""

    def format_message(self, log_entry: ModelLogEntry) -> str:
        changes = [(Poll._meta.get_field(name), pair) for name, pair in log_entry.data.get("changes", {}).items()]
        values = (f"{capfirst(field.verbose_name)} : {_pair(field, *pair)}" for field, pair in changes)
        return " · ".join([str(self.message), *values])


def _pair(field: Field, before: Any, after: Any) -> str:
    return f"{_in_words(field, before)} → {_in_words(field, after)}"


def _in_words(field: Field, value: Any) -> str:
    value = field.to_python(value)
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(field, DateTimeField):
        return timezone.localtime(value).strftime(settings.WAGTAIL_DATETIME_FORMAT)
    return str(dict(field.flatchoices).get(value, value))


def register_acts(actions: LogActionRegistry) -> None:
    """Hook `register_log_actions`."""
    actions.register_action(ENTERED, _("Answer for somebody"), _("Answered for somebody by an agent"))
    actions.register_action(ENTRY_CHANGED, _("Change an answer"), _("Answer for somebody changed by an agent"))
    for name, label, message in (
        (CHANGED, _("Change the poll"), _("Poll changed")),
        (opening.OPENED, _("Open the poll"), _("Poll opened")),
        (opening.CLOSED, _("Close the poll"), _("Poll closed")),
        (opening.WITHDRAWN, _("Make it a draft again"), _("Poll made a draft again")),
    ):
        actions.register_action(name)(type("Formatter", (WithValues,), {"label": label, "message": message}))
