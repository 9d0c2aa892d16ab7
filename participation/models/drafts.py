"""Drafts of proposals."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import AnyUser
from participation.models.proposal_text import ProposalText
from participation.models.proposals import Proposal


class DraftQuerySet(models.QuerySet):
    """Drafts with an `author`, or anonymous ones: the browser that wrote them holds their primary keys."""

    def owned(self, user: AnyUser | None, keys: Collection[str] = ()) -> Self:
        """Returns the drafts of `user`, and the anonymous ones among `keys`, the primary keys held by a browser."""
        rule = Q(author=None, pk__in=keys)
        if user is not None and user.is_authenticated:
            rule |= Q(author=user)
        return self.filter(rule)


class ProposalDraftQuerySet(DraftQuerySet):
    def expired(self, now: datetime) -> Self:
        """Returns the drafts that have expired, counted from the last change, as the pages announce."""
        return self.filter(
            Q(updated_at__lt=now - timedelta(days=ProposalDraft.DAYS_KEPT))
            | Q(author=None, updated_at__lt=now - timedelta(days=ProposalDraft.DAYS_KEPT_WITHOUT_ACCOUNT))
        )


class ProposalDraft(ProposalText):
    """Proposal in preparation.

    Its primary key becomes that of the proposal, so that sending is idempotent. It has no author until the user
    signs in: the browser that wrote it holds its primary key. It has no state: it is deleted when sent or discarded.
    """

    # Counted from the last change.
    DAYS_KEPT = 30
    # Lifetime of the session in which the browser holds the primary key.
    DAYS_KEPT_WITHOUT_ACCOUNT = settings.SESSION_COOKIE_AGE // 86_400

    key = models.UUIDField(_("key"), primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="proposal_drafts",
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Proposal.Kind, default=Proposal.Kind.PROPOSAL)
    body = models.TextField(_("what do you propose?"), blank=True, max_length=20_000)
    call = models.ForeignKey(
        "participation.CallPage",
        verbose_name=_("call"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    topic = models.ForeignKey(
        "committee.TopicPage",
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    inspired_by = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("inspired by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    district = models.CharField(_("place"), max_length=60, blank=True)
    # True if the second screen was answered, even with « I do not know ».
    has_subject = models.BooleanField(_("has a subject"), default=False)
    created_at = models.DateTimeField(_("begun at"))
    updated_at = models.DateTimeField(_("kept at"), db_index=True)

    objects = ProposalDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a proposal")
        verbose_name_plural = _("drafts of proposals")
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return str(self.key)

    @property
    def is_need(self) -> bool:
        return self.kind == Proposal.Kind.NEED

    @property
    def is_saved(self) -> bool:
        return not self._state.adding

    @property
    def kept_until(self) -> datetime:
        """Time of deletion if it is not changed."""
        return self.updated_at + timedelta(days=self.DAYS_KEPT if self.author_id else self.DAYS_KEPT_WITHOUT_ACCOUNT)
