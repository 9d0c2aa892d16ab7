"""Erasure of pictures of findings that are no longer needed, some time after the decision."""

from datetime import datetime

from django.db import transaction

from common.files import delete_when_certain
from fieldwork.models import Finding
from fieldwork.models.findings import PICTURE_KEPT

AT_ONCE = 200


@transaction.atomic
def forget_pictures(*, now: datetime) -> int:
    """Erases the pictures past their retention, with their descriptions. Returns their number."""
    due = Finding.objects.with_spent_picture().filter(state_changed_at__lt=now - PICTURE_KEPT).order_by("pk")
    findings = list(due.select_for_update()[:AT_ONCE])
    for finding in findings:
        delete_when_certain(finding.picture)
        finding.picture, finding.picture_description = "", ""
        finding.picture_width = finding.picture_height = None
    Finding.objects.bulk_update(findings, ["picture", "picture_description", "picture_width", "picture_height"])
    return len(findings)
