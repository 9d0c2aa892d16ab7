"""Addresses of other sites that published pages cite, and what was found there: a fact about the address."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urldefrag, urlsplit
from zlib import crc32

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from cms.hooks import Citation

WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
# One is a bad day of the server or of ours; two may be a weekend.
DAYS_UNTIL_GONE = 3
MAX_CITING = 5


class CitedAddressQuerySet(models.QuerySet):
    def due(self, now: datetime) -> Self:
        """Those that it is time to look at, the longest waiting first."""
        return self.filter(next_look_at__lte=now).order_by("next_look_at", "pk")

    def gone(self) -> Self:
        return self.filter(state=CitedAddress.State.GONE)

    def to_mend(self) -> Self:
        """Those of which an editor should hear: gone, without an archived copy beside; then those that moved."""
        moved = models.Q(state=CitedAddress.State.MOVED)
        gone = models.Q(state=CitedAddress.State.GONE, has_copy=False)
        return self.filter(gone | moved).order_by("state", "first_failed_on", "pk")


class CitedAddress(models.Model):
    """An address of another site that something published cites; it goes when nothing cites it any more."""

    class State(models.TextChoices):
        NOT_YET = "not_yet", _("not looked at yet")
        ANSWERS = "answers", _("answers")
        MOVED = "moved", _("moved for good")
        GONE = "gone", _("gone")
        # It may well be there for people: nobody says that it is dead.
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
    # For editors: title and address in the admin of what cites it, the first few; whether all have an archived copy.
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
        """An address that waits for its first look: not at once, for what is published may be corrected at once."""
        address = cls(url=url)
        address.next_look_at = now + HOUR + address._offset
        return address

    @staticmethod
    def key_of(url: str) -> str:
        """How `url` stands in `url`: without the place in the page."""
        return urldefrag(url.strip())[0]

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def describe(self, citations: "list[Citation]") -> dict[str, Any]:
        """What is kept of those who cite it."""
        named = [{"title": one.title, "edit_url": one.edit_url} for one in citations[:MAX_CITING]]
        return {"cited_by": named, "has_copy": all(one.has_copy for one in citations)}

    def note_answer(self, *, moved_to: str = "", now: datetime) -> None:
        """Notes that it answers, perhaps from elsewhere: its failures are forgotten."""
        state = self.State.MOVED if moved_to else self.State.ANSWERS
        self._note(state=state, moved_to=moved_to, heard_at=now, now=now, **self._no_failure)

    def note_closed(self, *, heard: bool, now: datetime) -> None:
        """Notes that a program learns nothing there; `heard` if the server said so itself."""
        heard_at = now if heard else self.heard_at
        self._note(state=self.State.CLOSED, moved_to="", heard_at=heard_at, now=now, **self._no_failure)

    def note_failure(self, *, heard: bool, now: datetime) -> None:
        """Notes that there is nothing. After three days of that in a row it is gone; until then, one looks each day."""
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
        """Up to a day, always the same for an address: what was added together is not looked at together for ever."""
        return DAY * (crc32(self.url.encode()) % 1_000) / 1_000


def gone_addresses() -> dict[str, date]:
    """Returns the addresses that are gone, and since when: few, and so all of them in one query."""
    found = CitedAddress.objects.gone().values_list("url", "first_failed_on")
    return {url: since for url, since in found if since}
