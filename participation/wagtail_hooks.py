"""Registers what participation shows in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry
from wagtail.snippets.models import register_snippet

from participation.moderation.actions import PublishAction, RefuseAction
from participation.moderation.viewsets import ModerationViewSetGroup

register_snippet(ModerationViewSetGroup)
hooks.register("register_bulk_action", PublishAction)
hooks.register("register_bulk_action", RefuseAction)


@hooks.register("register_log_actions")
def register_decisions(actions: LogActionRegistry) -> None:
    actions.register_action("participation.publish", _("Publish"), _("Published by moderation"))

    @actions.register_action("participation.refuse")
    class Refusal(LogFormatter):
        """Shows the reason beside the decision."""

        label = _("Refuse")
        message = _("Refused by moderation")

        def format_comment(self, log_entry: ModelLogEntry) -> str:
            return log_entry.data.get("reason", "")
