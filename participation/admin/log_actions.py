"""Formatters of Wagtail log entries about participation."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry

from participation.models import Proposal
from participation.services import desk as desk_services
from participation.services.appeals import APPEAL_FOR
from participation.services.coauthors import REMOVE as REMOVE_COAUTHOR
from participation.services.reports import DISMISS as DISMISS_REPORTS


class WithReason(LogFormatter):
    """Log formatter that shows the reason of the decision."""

    def format_comment(self, log_entry: ModelLogEntry) -> str:
        return log_entry.data.get("reason", "")


def register_entries(actions: LogActionRegistry) -> None:
    actions.register_action(desk_services.ENTER, _("Enter for somebody"), _("Entered by an agent for somebody"))
    actions.register_action(desk_services.RENEW, _("Make another receipt"), _("Another receipt was made"))
    actions.register_action(desk_services.ERASE, _("Erase the personal data"), _("Personal data erased on request"))
    actions.register_action(desk_services.ATTACH, _("Attach to an account"), _("Attached to an account by its code"))
    actions.register_action(APPEAL_FOR, _("Ask for a second look"), _("Second look asked by an agent"))


def register_appeals(actions: LogActionRegistry) -> None:
    actions.register_action(
        "participation.appeal_overturned", _("Publish after all"), _("Published after a second look")
    )

    actions.register_action(REMOVE_COAUTHOR, _("Take out of the authors"), _("Co-author taken out by the first author"))

    @actions.register_action(DISMISS_REPORTS)
    class Dismissal(WithReason):
        label = _("Dismiss…")
        message = _("Reports of readers dismissed: the text stays")

    actions.register_action("participation.hide_versions", _("Hide the earlier texts"), _("Earlier texts hidden"))
    actions.register_action("participation.read_again", _("Mark as read"), _("Read after its publication"))

    @actions.register_action("participation.appeal_upheld")
    class Confirmation(WithReason):
        label = _("Confirm the refusal…")
        message = _("Refusal confirmed by a second reader")


def register_decisions(actions: LogActionRegistry) -> None:
    actions.register_action("participation.publish", _("Publish"), _("Published by moderation"))
    actions.register_action(
        "participation.publish_unread", _("Publish"), _("Published at once, by the rule of the call")
    )

    @actions.register_action("participation.refuse")
    class Refusal(WithReason):
        label = _("Refuse")
        message = _("Refused by moderation")

    @actions.register_action("participation.change_state")
    class Change(WithReason):
        """Shows the old and the new state, and the reason."""

        label = _("Change the state")

        def format_message(self, log_entry: ModelLogEntry) -> str:
            names = dict(Proposal.State.choices)
            data = log_entry.data
            return gettext("From “%(before)s” to “%(after)s”") % {
                "before": names.get(data["from"], ""),
                "after": names.get(data["to"], ""),
            }

    @actions.register_action("participation.remind")
    class Reminder(LogFormatter):
        label = _("Remind the service")

        def format_message(self, log_entry: ModelLogEntry) -> str:
            return gettext("Reminded the service: %(name)s") % {"name": log_entry.data["service"]}

    actions.register_action("participation.publish_answer", _("Publish the answer"), _("Answer published"))
    actions.register_action("participation.schedule_answer", _("Schedule the answer"), _("Answer scheduled"))
    actions.register_action(
        "participation.unschedule_answer", _("Make it a draft again"), _("Answer made a draft again")
    )
