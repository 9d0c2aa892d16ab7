"""Addresses of other sites that published objects cite, with the results of checks."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit
from zlib import crc32

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from cms.hooks import Citation

WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
# One day may be an outage of that server or ours; two may be a weekend.
DAYS_UNTIL_GONE = 3
MAX_CITING = 5


class CitedAddressQuerySet(models.QuerySet):
    def due(self, now: datetime) -> Self:
        """Returns the addresses that are due for a check, the longest overdue first."""
        return self.filter(next_look_at__lte=now).order_by("next_look_at", "pk")

    def gone(self) -> Self:
        return self.filter(state=CitedAddress.State.GONE)

    def to_mend(self) -> Self:
        """Returns the addresses that need an editor: gone without an archived copy, then moved."""
        moved = models.Q(state=CitedAddress.State.MOVED)
        gone = models.Q(state=CitedAddress.State.GONE, has_copy=False)
        return self.filter(gone | moved).order_by("state", "first_failed_on", "pk")


class CitedAddress(models.Model):
    """Address on another site cited by something published; deleted when no longer cited."""

    class State(models.TextChoices):
        NOT_YET = "not_yet", _("not looked at yet")
        ANSWERS = "answers", _("answers")
        MOVED = "moved", _("moved for good")
        GONE = "gone", _("gone")
        # The page may work for people, so it is not considered dead.
        CLOSED = "closed", _("closed to programs")

    url = models.URLField(_("address"), max_length=500, unique=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.NOT_YET, db_index=True)
    moved_to = models.CharField(_("moved to"), max_length=2_000, blank=True)
    first_failed_on = models.DateField(_("first failure"), null=True)
    last_failed_on = models.DateField(_("last failure"), null=True)
    failed_days = models.PositiveSmallIntegerField(_("days with a failure"), default=0)
    heard_at = models.DateTimeField(_("last answer"), null=True, db_index=True)
    looked_at = models.DateTimeField(_("last look"), null=True)
    next_look_at = models.DateTimeField(_("next look"), db_index=True)
    # For editors: title and edit URL of the first few citing objects; whether all cite an archived copy.
    cited_by = models.JSONField(_("cited by"), default=list)
    has_copy = models.BooleanField(_("archived copy"), default=False)

    objects = CitedAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("cited address")
        verbose_name_plural = _("cited addresses")

    def __str__(self) -> str:
        return self.url

    @classmethod
    def new(cls, url: str, *, now: datetime) -> "CitedAddress":
        """Returns an unsaved address, first due after 1 h plus its offset, since new content is often corrected."""
        address = cls(url=url)
        address.next_look_at = now + HOUR + address._offset
        return address

    @staticmethod
    def key_of(url: str) -> str:
        """Returns `url` as stored in `url`: without the fragment."""
        return url.strip().partition("#")[0]

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def describe(self, citations: "list[Citation]") -> dict[str, Any]:
        """Returns the stored fields about the citing objects."""
        named = [{"title": citation.title, "edit_url": citation.edit_url} for citation in citations[:MAX_CITING]]
        return {"cited_by": named, "has_copy": all(citation.has_copy for citation in citations)}

    def note_answer(self, *, moved_to: str = "", now: datetime) -> None:
        """Records an answer, perhaps from a new location; resets the failures."""
        state = self.State.MOVED if moved_to else self.State.ANSWERS
        self._note(state=state, moved_to=moved_to, heard_at=now, now=now, **self._no_failure)

    def note_closed(self, *, heard: bool, now: datetime) -> None:
        """Records that the address cannot be checked by a program; `heard` if its server answered."""
        heard_at = now if heard else self.heard_at
        self._note(state=self.State.CLOSED, moved_to="", heard_at=heard_at, now=now, **self._no_failure)

    def note_failure(self, *, heard: bool, now: datetime) -> None:
        """Records a failure; the third consecutive day of failures means gone. Until then, checks are daily."""
        today = timezone.localdate(now)
        if self.last_failed_on != today:
            self.failed_days += 1
        self._note(
            state=self.State.GONE if self.failed_days >= DAYS_UNTIL_GONE else self.state,
            first_failed_on=self.first_failed_on or today,
            last_failed_on=today,
            failed_days=self.failed_days,
            heard_at=now if heard else self.heard_at,
            now=now,
        )

    _no_failure: dict[str, Any] = {"first_failed_on": None, "last_failed_on": None, "failed_days": 0}

    def _note(self, *, now: datetime, **fields: Any) -> None:
        is_uncertain = fields.get("failed_days", 0) and fields["state"] != self.State.GONE
        fields |= {"looked_at": now, "next_look_at": now + (DAY if is_uncertain else WEEK + self._offset)}
        for name, value in fields.items():
            setattr(self, name, value)
        CitedAddress.objects.filter(pk=self.pk).update(**fields)

    @property
    def _offset(self) -> timedelta:
        """Constant delay per address, below one day, which spreads the checks of addresses that were added together."""
        return DAY * (crc32(self.url.encode()) % 1_000) / 1_000


def gone_addresses() -> dict[str, date]:
    """Returns the addresses that are gone, with the date of the first failure; all in one query, since they are few."""
    rows = CitedAddress.objects.gone().values_list("url", "first_failed_on")
    return {url: since for url, since in rows if since}
