"""Report of a missed backup, however it was missed: its timer, its machine or its disk cannot report it."""

import logging
from datetime import datetime, timedelta

from mailing.models import Heartbeat
from mailing.ticking import beat
from operations.queries import BACKUP, BACKUP_IS_OLD

logger = logging.getLogger(__name__)

# Name of the heartbeat of the last report.
REPORT = "backup-missed"
PAUSE = timedelta(hours=24)


def report_missed(*, now: datetime) -> str:
    """Logs an error, once a day, if there was a backup and the last one is old; returns a summary for the tick.

    The operator gets it like all errors (`operations.services.faults`).
    """
    beats = dict(Heartbeat.objects.filter(name__in=(BACKUP, REPORT)).values_list("name", "at"))
    if BACKUP not in beats or now - beats[BACKUP] <= BACKUP_IS_OLD:
        return ""
    if REPORT in beats and now - beats[REPORT] < PAUSE:
        return ""
    beat(name=REPORT, now=now)
    logger.error("no backup was made since %s", beats[BACKUP].isoformat(timespec="minutes"))
    return "a backup was missed"
