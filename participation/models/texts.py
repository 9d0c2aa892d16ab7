"""Texts that residents write and that moderation publishes or refuses: what proposals, comments and addenda share."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.files import AttachedFile
from common.origins import WithOrigin
from common.plain_text import beginning
from common.shown import fingerprint

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from participation.models.moderation import Decision


class ModeratedQuerySet(models.QuerySet):
    model: Any

    def published(self) -> Self:
        """What moderation published; whether the thing that it belongs to may be read is another question."""
        return self.filter(state=self.model.State.PUBLISHED)

    def published_unread(self) -> Self:
        """Published texts that no moderator has read as they are: published at once, or changed since."""
        return self.published().filter(needs_review=True)

    def awaiting_moderation(self) -> Self:
        """Texts that wait for a first decision, the oldest first."""
        return self.filter(state=self.model.State.RECEIVED).order_by("created_at")

    def with_context(self) -> Self:
        """Reads in the same query who wrote each text and what it belongs to."""
        return self.select_related("author", *self.model.CONTEXT)

    def with_attached_files(self) -> Self:
        """Reads the files of all texts in one query, for the kinds of texts that have some."""
        return self.prefetch_related("attachments") if self.model.HAS_FILES else self


class ModeratedText(WithOrigin, models.Model):
    """A text with its author, its state and its dates. Moderation's `decisions` and readers' `reports` are about it."""

    if TYPE_CHECKING:
        # Each kind of text has states of its own; these are the ones that moderation knows.
        class State(models.TextChoices):
            RECEIVED = ""
            PUBLISHED = ""
            REFUSED = ""

        state: models.CharField[str, str]
        body: models.TextField[str, str]
        decisions: Any
        reports: Any
        attachments: Any
        objects: Any

    # From each state, the states that may come next.
    TRANSITIONS: ClassVar[dict[Any, Any]]
    # The right to decide about such a text (`permissions.can_moderate`).
    MODERATE: ClassVar[str]
    # Whether people add `attachments` to such a text.
    HAS_FILES: ClassVar[bool] = False
    # What `set_state()` writes.
    STATE_FIELDS: ClassVar[tuple[str, ...]] = (
        "state",
        "state_reason",
        "state_changed_at",
        "published_at",
        "needs_review",
    )
    # What `with_context()` reads.
    CONTEXT: ClassVar[tuple[str, ...]] = ()

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(class)ss",
    )
    # Text, not an account: what an import or an agent brings, or what stays when an account is erased.
    author_name = models.CharField(_("name shown"), max_length=80, blank=True)
    state_reason = models.TextField(_("reason"), blank=True, max_length=2_000)
    state_changed_at = models.DateTimeField(_("state changed at"), null=True, blank=True)
    created_at = models.DateTimeField(_("written at"), db_index=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, db_index=True)
    edited_at = models.DateTimeField(_("changed by its author at"), null=True, blank=True)
    # A call published it at once, or its author changed it after a moderator read it, or perhaps while one did.
    needs_review = models.BooleanField(
        _("published, still to read"), default=False, editable=False, db_column="to_read_again"
    )
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Where it was on the platform of origin.
    source_url = models.URLField(
        _("address on the platform of origin"), max_length=500, null=True, blank=True, unique=True
    )

    class Meta:
        abstract = True

    @property
    def display_name(self) -> str:
        """The author's name as it is shown; an imported author is a text pseudonym."""
        return self.author.public_name if self.author else self.author_name

    @property
    def waits_since(self) -> datetime:
        """When the time for reading it began: when it was written, or when an agent entered it, from paper too."""
        entry = getattr(self, "desk_entry", None)
        return entry.entered_at if entry else self.created_at

    def is_author(self, user: "User | AnonymousUser") -> bool:
        """Says whether `user` wrote it, alone or with others."""
        return user.is_authenticated and self.author_id == user.pk

    def writers(self) -> "models.QuerySet[User]":
        """Returns the accounts that wrote it, which are told what becomes of it."""
        people = get_user_model().objects
        return people.filter(pk=self.author_id, is_active=True) if self.author_id else people.none()

    # Names of the fields that a moderator reads before deciding.
    READ_FIELDS: ClassVar[tuple[str, ...]] = ("body",)

    @property
    def fingerprint(self) -> str:
        """Digest of what a moderator reads before deciding: its words, its author, its state, its files."""
        words = [getattr(self, name) for name in self.READ_FIELDS]
        files = [(file.url, file.description) for file in self.attached_files]
        return fingerprint(*words, self.display_name, self.state, files)

    @property
    def is_published(self) -> bool:
        """Moderation shows it; whether the thing that it belongs to may be read is another question."""
        return self.state == self.State.PUBLISHED

    @property
    def is_refused(self) -> bool:
        return self.state == self.State.REFUSED

    @property
    def attached_files(self) -> list[AttachedFile]:
        """Pictures and documents that are published with the text."""
        files = self.attachments.all() if self.HAS_FILES else []
        return [one.as_attached_file() for one in files if one.removed_at is None]

    @property
    def was_changed(self) -> bool:
        """The text is not the one that readers saw first."""
        return bool(self.edited_at and self.published_at and self.edited_at > self.published_at)

    def can_become(self, state: str) -> bool:
        """Says whether the transition table allows `state` next."""
        return state in self.TRANSITIONS[self.State(self.state)]

    def set_state(self, state: str, *, reason: str, now: datetime) -> None:
        """Writes a new state, and what follows from it, on the object; nothing is saved."""
        self.state, self.state_reason, self.state_changed_at = state, reason, now
        if state == self.State.PUBLISHED:
            self.published_at = self.published_at or now
        self.needs_review = self.needs_review and self.is_published

    @property
    def standing_refusal(self) -> "Decision | None":
        """The decision because of which it is not shown, if it is moderation that hides it."""
        latest = self.decisions.first() if self.is_refused else None
        return latest if latest and latest.is_refusal else None

    def waiting_since(self) -> datetime | None:
        """Since when somebody waits for a decision: since it was written, published unread, or reported."""
        if self.state == self.State.RECEIVED:
            return self.created_at
        latest = self.decisions.first()
        if latest and latest.is_unread:
            return latest.decided_at
        first_report = self.reports.waiting().first()
        return first_report.created_at if first_report else None

    def extract(self) -> str:
        """The first words, for lists."""
        return beginning(self.body, 100)

    extract.short_description = _("Text")  # type: ignore[attr-defined]

    @property
    def headline(self) -> str:
        """The text in a few words."""
        return self.extract()

    @property
    def full_text(self) -> str:
        """All that its author wrote."""
        return self.body

    @property
    def caption(self) -> str:
        """What it is, by whom and about what, for a list of texts of several kinds."""
        raise NotImplementedError
