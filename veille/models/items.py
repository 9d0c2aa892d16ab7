"""Items of the reading list: what sources publish and what residents suggest, until an editor decides."""

from hashlib import sha256
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.sources import is_web_address
from veille.models.entries import VeilleEntryPage
from veille.models.sources import Source

MAX_TEXT = 2_000


def item_key(identifier: str) -> str:
    """Returns the key of an item from what tells it apart in its source: its identifier, else its address."""
    return sha256(identifier.encode("utf-8", "replace")).hexdigest()


class ReadingItemQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        """What nobody decided about yet."""
        return self.filter(state=ReadingItem.State.NEW)

    def suggestions(self) -> Self:
        """What residents suggest; who did may have left since."""
        return self.filter(source=None)


class ReadingItem(models.Model):
    """Something to read: an item of a feed, or a page that a resident suggests (`source` is None then).

    Its key stays when its text is erased, so that what was set aside does not come back with the next reading.
    """

    class State(models.TextChoices):
        NEW = "new", _("To read")
        KEPT = "kept", _("Kept")
        SET_ASIDE = "set_aside", _("Set aside")
        ENTRY = "entry", _("Became an example")

    class Reason(models.TextChoices):
        """Why a suggestion was set aside, as the person who made it reads it."""

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
    # The person who suggests it agreed that the example names them.
    thanks_by_name = models.BooleanField(_("the example may thank the person by name"), default=False, db_default=False)
    reason = models.CharField(_("reason"), max_length=14, choices=Reason, blank=True, default="", db_default="")
    key = models.CharField(max_length=64, editable=False)
    title = models.CharField(_("title"), max_length=300)
    url = models.URLField(_("address"), max_length=1_000, blank=True, validators=[is_web_address])
    text = models.TextField(_("text"), max_length=MAX_TEXT, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=VeilleEntryPage.Language, blank=True)
    place = models.CharField(_("place"), max_length=80, blank=True)
    # What the feed says, which may be nothing, or a day to come.
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

    def can_become(self, state: "ReadingItem.State") -> bool:
        """Whether the item may go to `state`. One whose example was deleted may become an example again."""
        if self.state == self.State.ENTRY and self.entry_id is None:
            return state != self.State.NEW
        return state in self.TRANSITIONS[self.State(self.state)]
