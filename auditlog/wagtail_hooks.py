"""Wagtail hooks of the audit log: recording, retention, personal data and admin report."""

from wagtail import hooks

from accounts.hooks import ACCOUNT_ERASURE_SUMMARY_HOOK, ACCOUNT_EXPORT_HOOK
from auditlog.admin import AuditLogViewSet
from auditlog.exports import held_by_audit_log, what_stays
from auditlog.personal_data import PERSONAL_DATA
from auditlog.services import record
from common.hooks import AUDIT_HOOK, PERSONAL_DATA_HOOK

hooks.register(AUDIT_HOOK, record)
hooks.register(ACCOUNT_EXPORT_HOOK, held_by_audit_log)
hooks.register(ACCOUNT_ERASURE_SUMMARY_HOOK, what_stays)
hooks.register(PERSONAL_DATA_HOOK, lambda: PERSONAL_DATA)
hooks.register("register_admin_viewset", AuditLogViewSet)
