"""Items of the reading list, from feeds and from suggestions of residents, until an editor decides about them."""

from hashlib import sha256
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.sources import is_web_address
from common.transitions import HasTransitions
from veille.models.entries import VeilleEntryPage
from veille.models.sources import Source

MAX_TEXT = 2_000


def item_key(identifier: str) -> str:
    """Returns the key of an item: a hash of its identifier in the feed, or of its URL."""
    return sha256(identifier.encode("utf-8", "replace")).hexdigest()


class ReadingItemQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        """Returns the undecided items."""
        return self.filter(state=ReadingItem.State.NEW)

    def suggestions(self) -> Self:
        """Returns the suggestions of residents, including those of deleted accounts."""
        return self.filter(source=None)


class ReadingItem(HasTransitions, models.Model):
    """Item to read: an entry of a feed, or a page suggested by a resident (`source` is None then).

    The key stays when the text is erased, so that an item that was set aside is not added again at the next reading.
    """

    class State(models.TextChoices):
        NEW = "new", _("To read")
        KEPT = "kept", _("Kept")
        SET_ASIDE = "set_aside", _("Set aside")
        ENTRY = "entry", _("Became an example")

    class Reason(models.TextChoices):
        """Reason for setting a suggestion aside, as shown to its author."""

        KNOWN = "known", _("We have an example that is very much like it.")
        NO_EFFECT = "no_effect", _("The page does not say what changed for people.")
        OTHER_SUBJECT = "other_subject", _("It is about something else than public digital services.")
        UNREADABLE = "unreadable", _("The page cannot be read without an account, or not at all.")
        ADVERTISING = "advertising", _("The page sells something.")

    TRANSITIONS = {
        State.NEW: {State.KEPT, State.SET_ASIDE, State.ENTRY},
        State.KEPT: {State.SET_ASIDE, State.ENTRY},
        State.SET_ASIDE: {State.KEPT, State.ENTRY},
        State.ENTRY: set(),
    }

    source = models.ForeignKey(
        Source, verbose_name=_("source"), null=True, blank=True, on_delete=models.CASCADE, related_name="items"
    )
    suggested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("suggested by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="suggested_examples",
    )
    note = models.TextField(_("why it is interesting"), max_length=1_000, blank=True)
    # Consent of the author of the suggestion to be named in the example.
    thanks_by_name = models.BooleanField(_("the example may thank the person by name"), default=False, db_default=False)
    reason = models.CharField(_("reason"), max_length=14, choices=Reason, blank=True, default="", db_default="")
    key = models.CharField(max_length=64, editable=False)
    title = models.CharField(_("title"), max_length=300)
    url = models.URLField(_("address"), max_length=1_000, blank=True, validators=[is_web_address])
    text = models.TextField(_("text"), max_length=MAX_TEXT, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=VeilleEntryPage.Language, blank=True)
    place = models.CharField(_("place"), max_length=80, blank=True)
    # Date according to the feed: may be missing or in the future.
    dated_at = models.DateTimeField(_("date"), null=True, blank=True)
    found_at = models.DateTimeField(_("found on"), default=timezone.now, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    decided_at = models.DateTimeField(_("decided on"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    entry = models.ForeignKey(
        VeilleEntryPage,
        verbose_name=_("example"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="reading_items",
    )

    objects = ReadingItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item to read")
        verbose_name_plural = _("items to read")
        ordering = ["-found_at", "-pk"]
        indexes = [models.Index(fields=["state", "-found_at"], name="veille_item_state")]
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="veille_item_once_in_a_source"),
            models.UniqueConstraint(fields=["key"], condition=Q(source=None), name="veille_item_suggested_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_suggestion(self) -> bool:
        return self.source_id is None

    def can_become(self, state: str) -> bool:
        """Returns whether the item may change to `state`. If its example was deleted, it may become one again."""
        if self.state == self.State.ENTRY and self.entry_id is None:
            return state != self.State.NEW
        return super().can_become(state)
