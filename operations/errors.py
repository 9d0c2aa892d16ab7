"""Refusals of backup and restore. They are read by whoever types the command, in English like its other output."""

from common.errors import Refusal


class BackupRefused(Refusal):
    """No backup was made."""


class RestoreRefused(Refusal):
    """Nothing was restored, and what was there is as it was."""
