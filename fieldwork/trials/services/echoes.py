"""Echoes: confirming that one has the problem of a finding too, and withdrawing it."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from fieldwork.errors import EchoTooLate, OwnFinding
from fieldwork.models import Echo, Finding


@transaction.atomic
def set_echo(*, user: User, finding: Finding, is_wanted: bool, now: datetime) -> None:
    """Sets or removes the echo of `user` for `finding`. Idempotent. Raises `OwnFinding`, or `EchoTooLate`."""
    if finding.trial.tester_id == user.pk:
        raise OwnFinding
    if is_wanted:
        if not finding.takes_echoes:
            raise EchoTooLate
        Echo.objects.get_or_create(finding=finding, user=user, defaults={"created_at": now})
    else:
        Echo.objects.filter(finding=finding, user=user).delete()
