"""Wagtail hooks of the audit log: recording, retention, personal data and admin report."""

from wagtail import hooks

from auditlog.admin import AuditLogViewSet
from auditlog.personal_data import PERSONAL_DATA
from auditlog.services import record
from common.hooks import AUDIT_HOOK, PERSONAL_DATA_HOOK

hooks.register(AUDIT_HOOK, record)
hooks.register(PERSONAL_DATA_HOOK, lambda: PERSONAL_DATA)
hooks.register("register_admin_viewset", AuditLogViewSet)
