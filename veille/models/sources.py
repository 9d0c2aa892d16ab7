"""Sources of the watch: sites with a feed, and the result of its last reading."""

from datetime import datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.public_hosts import public_parts
from common.sources import is_web_address
from veille.models.entries import VeilleEntryPage
from veille.models.themes import Theme

# A source without new items for this long is quiet: not broken, but read less often.
QUIET_AFTER = timedelta(days=30)
FEED_PORTS = {None, 80, 443}


def is_feed_address(url: str) -> None:
    """Raises `ValidationError` if `url` is not one that the site may fetch as a feed (`common.fetching`)."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValidationError(_("This is not the address of a web page.")) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValidationError(_("The address must start with https:// or http://."))
    if "@" in parts.netloc:
        raise ValidationError(_("The address must hold neither a user name nor a password."))
    if port not in FEED_PORTS:
        raise ValidationError(_("The address must not name a port."))
    is_web_address(url)
    try:
        public_parts(url)
    except ValueError:
        raise ValidationError(_("The site cannot fetch this address: it is not on the public Internet.")) from None


class SourceQuerySet(models.QuerySet):
    def due(self, now: datetime) -> Self:
        """Returns the sources to read at `now`, longest due first, except those leased by a worker."""
        return (
            self.filter(state=Source.State.READ, next_reading_at__lte=now)
            .filter(Q(lease_until=None) | Q(lease_until__lte=now))
            .order_by("next_reading_at", "pk")
        )

    def public(self) -> Self:
        """Returns the public sources. Single rule for the page, the OPML file and the open data."""
        return self.filter(is_public=True)


class Source(models.Model):
    """Site that the committee follows. Its feed is read by the worker, never in a web request."""

    class State(models.TextChoices):
        READ = "read", _("Followed")
        PAUSED = "paused", _("Paused")
        GONE = "gone", _("Gone")

    name = models.CharField(_("name"), max_length=120)
    site_url = models.URLField(_("address of the site"), max_length=500, blank=True, validators=[is_web_address])
    feed_url = models.URLField(
        _("address of the feed"),
        max_length=500,
        unique=True,
        validators=[is_feed_address],
        help_text=_("RSS or Atom. Example: https://www.service-public.fr/rss"),
        error_messages={"unique": _("This feed is followed already.")},
    )
    language = models.CharField(_("language"), max_length=2, choices=VeilleEntryPage.Language, blank=True)
    place = models.CharField(_("place"), max_length=80, blank=True, help_text=_("Example: Barcelona (Spain)"))
    theme = models.ForeignKey(
        Theme, verbose_name=_("theme"), null=True, blank=True, on_delete=models.SET_NULL, related_name="sources"
    )
    is_public = models.BooleanField(
        _("named on the site"),
        default=True,
        help_text=_("The page of the watch and the list to download name this source."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.READ)
    # `ETag` and `Last-Modified` of the last complete response, for conditional requests.
    etag = models.CharField(max_length=300, blank=True, editable=False)
    modified = models.CharField(max_length=100, blank=True, editable=False)
    created_at = models.DateTimeField(_("added on"), default=timezone.now, editable=False)
    next_reading_at = models.DateTimeField(_("next reading"), default=timezone.now, editable=False)
    # The source is leased to a worker until then; the lease of a killed worker expires.
    lease_until = models.DateTimeField(null=True, editable=False)
    read_at = models.DateTimeField(_("last reading"), null=True, editable=False)
    last_item_at = models.DateTimeField(_("last new item"), null=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    error = models.CharField(_("last error"), max_length=500, blank=True, editable=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source of the watch")
        verbose_name_plural = _("sources of the watch")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["state", "next_reading_at"], name="veille_source_due")]

    def __str__(self) -> str:
        return self.name

    def is_quiet(self, now: datetime) -> bool:
        """Returns whether the feed works but has had nothing new for 30 days."""
        return not self.failures and (self.last_item_at or self.created_at) <= now - QUIET_AFTER

    def condition(self, now: datetime) -> str:
        """Returns the state of the source in words; quiet, broken, paused and gone differ."""
        if self.state != self.State.READ:
            return str(self.get_state_display())
        if self.failures:
            return gettext("Cannot be read")
        if self.read_at is None:
            return gettext("Not read yet")
        return gettext("Quiet for a month") if self.is_quiet(now) else gettext("Up to date")
