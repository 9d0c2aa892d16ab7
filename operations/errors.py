"""Refusals of backup and restore, shown in English to the operator, like all command output."""

from common.errors import Refusal


class BackupRefused(Refusal):
    """No backup was made."""


class RestoreRefused(Refusal):
    """Raised before anything is restored: the site is unchanged."""
