"""Wagtail hooks of the audit log: recording, retention, personal data and admin report."""

from wagtail import hooks

from accounts.hooks import ACCOUNT_ERASURE_SUMMARY_HOOK, ACCOUNT_EXPORT_HOOK
from auditlog import retention
from auditlog.admin import AuditLogViewSet
from auditlog.exports import held_by_audit_log, what_stays
from auditlog.services import record
from common.hooks import AUDIT_HOOK, RETENTION_HOOK

hooks.register(AUDIT_HOOK, record)
hooks.register(ACCOUNT_EXPORT_HOOK, held_by_audit_log)
hooks.register(ACCOUNT_ERASURE_SUMMARY_HOOK, what_stays)
hooks.register(RETENTION_HOOK, lambda: retention.LINES)
hooks.register("register_admin_viewset", AuditLogViewSet)
