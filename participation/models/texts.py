"""Texts that residents write and moderation publishes or refuses: common base of proposals, comments and addenda."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import AnyUser, User
from common.files import AttachedFile
from common.origins import WithOrigin
from common.plain_text import beginning
from common.shown import fingerprint
from common.transitions import HasTransitions

if TYPE_CHECKING:
    from participation.models.moderation import Decision


class ModeratedQuerySet(models.QuerySet):
    model: Any

    def published(self) -> Self:
        """Returns the texts that moderation has published, whether or not their subject is public."""
        return self.filter(state=self.model.State.PUBLISHED)

    def published_unread(self) -> Self:
        """Returns the published texts that no moderator has read as they are: published at once, or changed since."""
        return self.published().filter(needs_review=True)

    def awaiting_moderation(self) -> Self:
        """Returns the texts that wait for a first decision, the oldest first."""
        return self.filter(state=self.model.State.RECEIVED).order_by("created_at")

    def with_context(self) -> Self:
        """Selects the author and the subject of each text in one query."""
        return self.select_related("author", *self.model.CONTEXT)

    def with_attached_files(self) -> Self:
        """Prefetches the files of all texts in one query, for the kinds of texts that have files."""
        return self.prefetch_related("attachments") if self.model.HAS_FILES else self


class ModeratedText(WithOrigin, HasTransitions, models.Model):
    """Text with its author, state and dates, and with `decisions` of moderation and `reports` of readers."""

    if TYPE_CHECKING:
        # Each kind of text has its own states; these are the ones used by moderation.
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

    # Permission to decide about such a text (`permissions.can_moderate`).
    MODERATE: ClassVar[str]
    # True if such a text may have `attachments`.
    HAS_FILES: ClassVar[bool] = False
    # Fields written by `set_state()`.
    STATE_FIELDS: ClassVar[tuple[str, ...]] = (
        "state",
        "state_reason",
        "state_changed_at",
        "published_at",
        "needs_review",
    )
    # Relations selected by `with_context()`.
    CONTEXT: ClassVar[tuple[str, ...]] = ()

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(class)ss",
    )
    # Name as text, not an account: from an import or an agent, or kept when an account is erased.
    author_name = models.CharField(_("name shown"), max_length=80, blank=True)
    state_reason = models.TextField(_("reason"), blank=True, max_length=2_000)
    state_changed_at = models.DateTimeField(_("state changed at"), null=True, blank=True)
    created_at = models.DateTimeField(_("written at"), db_index=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, db_index=True)
    edited_at = models.DateTimeField(_("changed by its author at"), null=True, blank=True)
    # Published at once in a call, or changed by its author after, or while, a moderator read it.
    needs_review = models.BooleanField(
        _("published, still to read"), default=False, editable=False, db_column="to_read_again"
    )
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # URL on the original platform.
    source_url = models.URLField(
        _("address on the platform of origin"), max_length=500, null=True, blank=True, unique=True
    )

    class Meta:
        abstract = True

    @property
    def display_name(self) -> str:
        """Displayed name of the author; an imported author has a text pseudonym."""
        return self.author.public_name if self.author else self.author_name

    @property
    def waits_since(self) -> datetime:
        """Start of the delay for reading: when it was written, or entered by an agent, even from paper."""
        entry = getattr(self, "desk_entry", None)
        return entry.entered_at if entry else self.created_at

    def is_author(self, user: AnyUser) -> bool:
        """Returns whether `user` is an author of the text."""
        return user.is_authenticated and self.author_id == user.pk

    def writers(self) -> models.QuerySet[User]:
        """Returns the accounts of the authors, who are notified of changes."""
        people = User.objects
        return people.filter(pk=self.author_id, is_active=True) if self.author_id else people.none()

    # Names of the fields that a moderator reads before deciding.
    READ_FIELDS: ClassVar[tuple[str, ...]] = ("body",)

    @property
    def fingerprint(self) -> str:
        """Digest of what a moderator reads before deciding: text, author, state, files."""
        words = [getattr(self, name) for name in self.READ_FIELDS]
        files = [(file.url, file.description) for file in self.attached_files]
        return fingerprint(*words, self.display_name, self.state, files)

    @property
    def is_published(self) -> bool:
        """True if moderation has published it, whether or not its subject is public."""
        return self.state == self.State.PUBLISHED

    @property
    def is_refused(self) -> bool:
        return self.state == self.State.REFUSED

    @property
    def attached_files(self) -> list[AttachedFile]:
        """Pictures and documents that are published with the text."""
        files = self.attachments.all() if self.HAS_FILES else []
        return [attachment.as_attached_file() for attachment in files if attachment.removed_at is None]

    @property
    def was_changed(self) -> bool:
        """True if the text has changed since its publication."""
        return bool(self.edited_at and self.published_at and self.edited_at > self.published_at)

    def set_state(self, state: str, *, reason: str, now: datetime) -> None:
        """Sets a new state and dependent fields on the object, without saving."""
        self.state, self.state_reason, self.state_changed_at = state, reason, now
        if state == self.State.PUBLISHED:
            self.published_at = self.published_at or now
        self.needs_review = self.needs_review and self.is_published

    @property
    def standing_refusal(self) -> "Decision | None":
        """The refusal that hides the text, if it is hidden by moderation."""
        latest = self.decisions.first() if self.is_refused else None
        return latest if latest and latest.is_refusal else None

    def waiting_since(self) -> datetime | None:
        """Returns since when a decision is pending: written, published unread, or reported."""
        if self.state == self.State.RECEIVED:
            return self.created_at
        latest = self.decisions.first()
        if latest and latest.is_unread:
            return latest.decided_at
        first_report = self.reports.waiting().first()
        return first_report.created_at if first_report else None

    def extract(self) -> str:
        """Returns the first words, for lists."""
        return beginning(self.body, 100)

    extract.short_description = _("Text")  # type: ignore[attr-defined]

    @property
    def headline(self) -> str:
        """Short form of the text."""
        return self.extract()

    @property
    def full_text(self) -> str:
        """Whole text of the author."""
        return self.body

    @property
    def caption(self) -> str:
        """Kind, author and subject of the text, for a list of several kinds of texts."""
        raise NotImplementedError
