"""Registers the digest with other apps: jobs, mails, personal data, account page, admin."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet
from wagtail_modeladmin.options import modeladmin_register

from accounts.hooks import (
    ACCOUNT_EMAIL_CHANGED_HOOK,
    ACCOUNT_LINKS_HOOK,
    ACCOUNTS_IN_USE_HOOK,
    OPTED_OUT_HOOK,
    AccountLink,
)
from accounts.models import User
from cms.admin.dashboard import register_panel
from cms.hooks import INDEXABLE_VIEWS_HOOK
from committee.hooks import TOPIC_FOLLOWERS_HOOK
from common.hooks import LETTER_MENU_HOOK, PERSONAL_DATA_HOOK
from digests.admin.dashboard import MessagesToSendPanel, NextDigestPanel
from digests.admin.editions import EditionAdmin
from digests.admin.editorials import EditorialWordViewSet
from digests.admin.newsletters import NewsletterViewSet
from digests.admin.previews import PreviewViewSet, render_editorial_preview
from digests.hooks import EDITORIAL_PREVIEW_HOOK
from digests.notifications.confirmation import ConfirmationRequest
from digests.notifications.digest import DIGESTS, Trial
from digests.notifications.member_message import MemberMessage
from digests.notifications.newsletter import NewsletterMail
from digests.notifications.session_reminder import SessionReminded
from digests.personal_data import PERSONAL_DATA
from digests.queries.subscribers import accounts_of_readers, followers_without_digest, opted_out
from digests.services.newsletters import ASK, plan_newsletters
from digests.services.planning import plan_due
from digests.services.reminders import send_reminders
from digests.services.subscriptions import follow_account, stop_by_mail
from mailing.hooks import MAIL_UNSUBSCRIBED, ON_TICK, REGISTER_NOTIFICATIONS
from mailing.notifications import Notification

# Per tick, which comes every 30 seconds: the rest of a worker's time is for mails, and the last page of readers ends
# well before the time limit of a task.
PLAN_SECONDS = 15

modeladmin_register(EditionAdmin)
hooks.register(LETTER_MENU_HOOK, EditionAdmin().get_menu_item)
register_panel(MessagesToSendPanel)
register_panel(NextDigestPanel)
register_snippet(EditorialWordViewSet)
register_snippet(NewsletterViewSet)
hooks.register("register_admin_viewset", PreviewViewSet)
hooks.register(EDITORIAL_PREVIEW_HOOK, render_editorial_preview)
hooks.register(OPTED_OUT_HOOK, opted_out)
hooks.register(TOPIC_FOLLOWERS_HOOK, followers_without_digest)
hooks.register(ACCOUNTS_IN_USE_HOOK, accounts_of_readers)
hooks.register(MAIL_UNSUBSCRIBED, stop_by_mail)


hooks.register(PERSONAL_DATA_HOOK, lambda: PERSONAL_DATA)


@hooks.register(REGISTER_NOTIFICATIONS)
def mails() -> list[type[Notification]]:
    return [*DIGESTS.values(), ConfirmationRequest, MemberMessage, NewsletterMail, SessionReminded, Trial]


@hooks.register("register_log_actions")
def register_acts(actions: LogActionRegistry) -> None:
    actions.register_action(
        "digests.schedule", gettext_lazy("Send a message to readers or members"), gettext_lazy("Message scheduled")
    )
    actions.register_action(ASK, gettext_lazy("Ask for the sending"), gettext_lazy("Sending asked for"))
    actions.register_action(
        "digests.unschedule", gettext_lazy("Take a message back"), gettext_lazy("Message a draft again")
    )
    actions.register_action(
        "digests.late", gettext_lazy("Cancel a late message"), gettext_lazy("Message cancelled: too late")
    )


@hooks.register(ON_TICK)
def plan_messages(now: datetime) -> str:
    """Enqueues the newsletters that are due."""
    count = plan_newsletters(now=now)
    return f"{count} messages to readers" if count else ""


@hooks.register(ON_TICK)
def plan_digests(now: datetime) -> str:
    """Plans the editions that are due, page by page; the rest is left to the next tick, after the mails."""
    return str(plan_due(now=now, max_seconds=PLAN_SECONDS))


@hooks.register(ON_TICK)
def remind_of_sessions(now: datetime) -> str:
    """Sends the reminders of sessions that are due."""
    count = send_reminders(now=now)
    return f"{count} reminders of sessions" if count else ""


@hooks.register(ACCOUNT_EMAIL_CHANGED_HOOK)
def follow_email(user: User, former: str) -> None:
    """Moves the digest of the account to its new address."""
    follow_account(user=user, now=timezone.now())


@hooks.register(INDEXABLE_VIEWS_HOOK)
def archives_may_be_listed() -> list[str]:
    """Returns the list of past digests for search engines: its pages only repeat public content."""
    return ["digests:archives"]


@hooks.register(ACCOUNT_LINKS_HOOK)
def link_to_preferences(request: HttpRequest) -> list[AccountLink]:
    """Returns the link to the choices, shown in the account."""
    return [
        AccountLink(
            order=30,
            label=_("My e-mails"),
            url=reverse("digests:preferences"),
            hint=_("Choose how often you get the letter of the committee."),
        )
    ]
