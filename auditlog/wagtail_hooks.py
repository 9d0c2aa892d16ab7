"""Registers who keeps what is told, the screen, and the deletion of what is a year old."""

from datetime import datetime

from wagtail import hooks

from auditlog.admin import AuditLogViewSet
from auditlog.services import delete_old_entries, record
from common.hooks import AUDIT_HOOK
from mailing.hooks import ON_TICK

hooks.register(AUDIT_HOOK, record)
hooks.register("register_admin_viewset", AuditLogViewSet)


@hooks.register(ON_TICK)
def forget_old_entries(now: datetime) -> str:
    count = delete_old_entries(now=now)
    return f"{count} entries of the audit log deleted" if count else ""
