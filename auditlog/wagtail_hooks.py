"""Registers who keeps what is told, for how long, and the screen."""

from wagtail import hooks

from auditlog import retention
from auditlog.admin import AuditLogViewSet
from auditlog.services import record
from common.hooks import AUDIT_HOOK, RETENTION_HOOK

hooks.register(AUDIT_HOOK, record)
hooks.register(RETENTION_HOOK, retention.lines)
hooks.register("register_admin_viewset", AuditLogViewSet)
