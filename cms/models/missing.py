"""Missing addresses (404) with count and last date; no data about the reader."""

import re

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.paths import is_written_by_people

MAX_PATH = 200
# Paths that bots try on any site, and that no page of ours has.
PROBES = re.compile(
    r"^/(?:admin|static|media)(?:/|$)|/[._]|\.(?:php\d?|cgi|env|git|sql|bak)\b|/(?:wp|cgi)-", re.IGNORECASE
)


class MissingAddress(models.Model):
    """Path that was not found. The table has a maximum size (`cms.services.note_missing_address`)."""

    path = models.CharField(_("address"), max_length=MAX_PATH, unique=True)
    count = models.PositiveIntegerField(_("times"), default=1)
    first_asked_on = models.DateField(_("first asked on"), db_index=True)
    last_asked_on = models.DateField(_("last asked on"), db_index=True)

    class Meta:
        verbose_name = _("address not found")
        verbose_name_plural = _("addresses not found")

    def __str__(self) -> str:
        return self.path

    @staticmethod
    def is_plausible(path: str) -> bool:
        """Returns whether a person may have followed a link to `path`: no token, no e-mail address, no bot probe."""
        return 1 < len(path) <= MAX_PATH and not PROBES.search(path) and is_written_by_people(path)
