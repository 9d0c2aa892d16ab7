"""Wagtail hooks of mailing: admin registers, mails, log actions, retention, and the sweep of the mailbox."""

from datetime import datetime

from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry
from wagtail_modeladmin.options import modeladmin_register

from common.hooks import LETTER_MENU_HOOK, PERSONAL_DATA_HOOK
from mailing import inbox
from mailing.admin import actions as actions_admin
from mailing.admin import restored as restored_admin
from mailing.admin.registers import BatchAdmin, MessageAdmin, SuppressionAdmin
from mailing.alerts import BatchPaused
from mailing.hooks import ON_TICK, REGISTER_NOTIFICATIONS
from mailing.models import Batch
from mailing.notifications import FormerSiteMail, Notification, OtherLibraryMail
from mailing.personal_data import PERSONAL_DATA

for register in (BatchAdmin, MessageAdmin, SuppressionAdmin):
    modeladmin_register(register)
    hooks.register(LETTER_MENU_HOOK, register().get_menu_item)
hooks.register(PERSONAL_DATA_HOOK, lambda: PERSONAL_DATA)


@hooks.register("register_admin_urls")
def acts_on_batches() -> list[URLPattern | URLResolver]:
    return [
        path(
            "envois-actions/",
            include(([*actions_admin.urlpatterns(), *restored_admin.urlpatterns()], "mailing_batches")),
        )
    ]


@hooks.register(REGISTER_NOTIFICATIONS)
def mails() -> list[type[Notification]]:
    return [BatchPaused, FormerSiteMail, OtherLibraryMail]


@hooks.register(ON_TICK)
def sweep_mailbox(now: datetime) -> str:
    return inbox.sweep(now=now)


# Reasons that the site itself writes into the log; those of people are shown as written.
REASONS_OF_THE_SITE = {**dict(Batch.PauseReason.choices), "late": _("Too late")}


class WithReason(LogFormatter):
    """Shows the reason with the log entry."""

    def format_comment(self, log_entry: ModelLogEntry) -> str:
        reason = log_entry.data.get("reason", "")
        return str(REASONS_OF_THE_SITE.get(reason, reason))


@hooks.register("register_log_actions")
def register_acts(actions: LogActionRegistry) -> None:
    actions.register_action("mailing.resume", _("Resume a sending"), _("Sending resumed"))
    for name, label, message in (
        ("mailing.pause", _("Pause a sending"), _("Sending paused")),
        ("mailing.cancel", _("Cancel a sending"), _("Sending cancelled")),
        ("mailing.release", _("Release restored e-mails"), _("Restored e-mails released")),
        ("mailing.give_up", _("Cancel restored e-mails"), _("Restored e-mails cancelled")),
        ("mailing.end_hold", _("End the hold after a restore"), _("Hold after a restore ended")),
        ("mailing.lift", _("Write to an address again"), _("Address not put aside any more")),
    ):
        formatter = type("Formatter", (WithReason,), {"label": label, "message": message})
        actions.register_action(name)(formatter)
