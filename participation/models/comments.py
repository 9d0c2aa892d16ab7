"""Threaded comments. They hang on a discussion, which belongs to exactly one thing."""

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Discussion(models.Model):
    """The place where comments on a proposal or on a page (a call, for example) are kept."""

    proposal = models.OneToOneField(
        "participation.Proposal", null=True, blank=True, on_delete=models.CASCADE, related_name="discussion"
    )
    page = models.OneToOneField(
        "wagtailcore.Page", null=True, blank=True, on_delete=models.CASCADE, related_name="discussion"
    )
    is_open = models.BooleanField(_("open to comments"), default=True)
    comment_count = models.PositiveIntegerField(_("comments"), default=0, editable=False)

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        constraints = [
            models.CheckConstraint(
                condition=Q(proposal__isnull=False, page__isnull=True) | Q(proposal__isnull=True, page__isnull=False),
                name="participation_discussion_belongs_to_one_thing",
            )
        ]

    def __str__(self) -> str:
        return str(self.proposal or self.page)


class CommentQuerySet(models.QuerySet):
    def published(self) -> Self:
        """Comments whose text anyone may read, if what they hang on may be read."""
        return self.filter(state=Comment.State.PUBLISHED)

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Published comments, and a person's own ones whatever their state."""
        if not user.is_authenticated:
            return self.published()
        return self.filter(Q(state=Comment.State.PUBLISHED) | Q(author=user))

    def awaiting_moderation(self) -> Self:
        return self.filter(state=Comment.State.RECEIVED).order_by("created_at")


class Comment(index.Indexed, models.Model):
    """A comment or a reply. Plain text: it is escaped where it is shown, its line breaks are kept."""

    class State(models.TextChoices):
        RECEIVED = "recu", _("Waiting to be read")
        PUBLISHED = "publie", _("Published")
        REFUSED = "refuse", _("Removed by moderation")
        WITHDRAWN = "retire", _("Withdrawn by its author")

    class Position(models.IntegerChoices):
        AGAINST = -1, _("Against")
        NEUTRAL = 0, _("Neutral")
        FOR = 1, _("For")

    TRANSITIONS = {
        State.RECEIVED: {State.PUBLISHED, State.REFUSED, State.WITHDRAWN},
        State.PUBLISHED: {State.REFUSED, State.WITHDRAWN},
        State.REFUSED: {State.PUBLISHED},
        State.WITHDRAWN: set(),
    }

    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies")
    # The first comment of the thread: all replies of a page of threads come in one query.
    thread = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    depth = models.PositiveSmallIntegerField(default=0)
    position = models.SmallIntegerField(_("position"), choices=Position, default=Position.NEUTRAL)
    body = models.TextField(_("comment"), max_length=20_000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="comments",
    )
    author_name = models.CharField(_("name shown"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED, db_index=True)
    state_reason = models.TextField(_("reason"), blank=True, max_length=2_000)
    state_changed_at = models.DateTimeField(_("state changed at"), null=True, blank=True)
    created_at = models.DateTimeField(_("written at"), db_index=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, db_index=True)
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # "<address of the thing>#comment-<number>" on the platform of origin.
    source_url = models.URLField(_("address on the platform of origin"), null=True, blank=True, unique=True)

    search_fields = [
        index.SearchField("body"),
        index.FilterField("state"),
        index.FilterField("author"),
        index.FilterField("created_at"),
    ]

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["created_at", "pk"]
        permissions = [("moderate_comment", _("Can publish or remove comments"))]
        indexes = [models.Index(fields=["discussion", "parent", "created_at"])]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def anchor(self) -> str:
        return f"c{self.pk}"

    @property
    def display_name(self) -> str:
        return self.author.public_name if self.author else self.author_name

    def can_become(self, state: "Comment.State | str") -> bool:
        return state in self.TRANSITIONS[self.State(self.state)]
