"""Wagtail hooks of operations: report, mail about errors, retention and tick jobs."""

from datetime import datetime

from wagtail import hooks

from cms.admin.dashboard import register_panel
from common.hooks import PERSONAL_DATA_HOOK
from mailing.hooks import ON_TICK, REGISTER_NOTIFICATIONS
from mailing.notifications import Notification
from operations.admin import StatePanel, StateViewSet
from operations.models import MediaMark
from operations.notifications import FaultsHappened
from operations.personal_data import PERSONAL_DATA
from operations.services import broken_pages
from operations.services.faults import report
from operations.services.missed_backups import report_missed
from operations.services.shared_media import MediaCheck, seen

hooks.register("register_admin_viewset", StateViewSet)
register_panel(StatePanel)
hooks.register(PERSONAL_DATA_HOOK, lambda: PERSONAL_DATA)


@hooks.register(REGISTER_NOTIFICATIONS)
def mails() -> list[type[Notification]]:
    return [FaultsHappened]


@hooks.register(ON_TICK)
def check_media(now: datetime) -> str:
    """Checks the media in the worker, which also writes image renditions."""
    if not MediaMark.objects.exists():
        return ""
    files = seen()
    return "" if files == MediaCheck.SHARED else f"files: {files}"


@hooks.register(ON_TICK)
def report_missed_backup(now: datetime) -> str:
    return report_missed(now=now)


@hooks.register(ON_TICK)
def report_errors(now: datetime) -> str:
    return report(now=now)


@hooks.register(ON_TICK)
def update_error_pages(now: datetime) -> str:
    return broken_pages.keep_current()
