"""Drafts of trials, saved before they are sent so that no input is lost."""

import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fieldwork.models.campaigns import Scenario
from participation.models.drafts import DraftQuerySet

FOLDER = "brouillons-essais"


def random_name(picture: "DraftPicture", filename: str) -> str:
    """Returns a random storage path, without any part of the original file name."""
    return f"{FOLDER}/{uuid.uuid4().hex}.jpg"


class TrialDraftQuerySet(DraftQuerySet):
    def expired(self, now: datetime) -> Self:
        """Returns the drafts unchanged for `TrialDraft.DAYS_KEPT` days, the time announced on the page."""
        return self.filter(updated_at__lt=now - timedelta(days=TrialDraft.DAYS_KEPT))


class TrialDraft(models.Model):
    """Raw input of a trial, validated only when it is sent, and deleted then.

    It has no author until the user signs in: the session of the browser holds its key, which becomes that of the
    trial.
    """

    # Days since the last change. A browser holds the key for the time of its session, which is shorter.
    DAYS_KEPT = 30

    key = models.UUIDField(_("key"), primary_key=True, default=uuid.uuid4, editable=False)
    scenario = models.ForeignKey(
        Scenario, verbose_name=_("scenario"), on_delete=models.CASCADE, related_name="trial_drafts"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="trial_drafts",
    )
    # `trial`: answers by field name; `findings`: a list of such dictionaries.
    told: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("what was typed"), default=dict)
    created_at = models.DateTimeField(_("begun at"))
    updated_at = models.DateTimeField(_("kept at"), db_index=True)

    objects = TrialDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a trial")
        verbose_name_plural = _("drafts of trials")
        ordering = ["-updated_at"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.key)

    def get_absolute_url(self) -> str:
        return reverse("fieldwork:tell", args=[self.scenario.campaign.slug, self.scenario_id])

    @property
    def kept_until(self) -> datetime:
        """Time of deletion, unless the draft is changed before."""
        return self.updated_at + timedelta(days=self.DAYS_KEPT)


class DraftPicture(models.Model):
    """Picture of a finding in a draft, validated and re-encoded as soon as it is uploaded."""

    key = models.UUIDField(_("key"), primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(
        TrialDraft, verbose_name=_("draft of a trial"), on_delete=models.CASCADE, related_name="pictures"
    )
    file = models.FileField(_("file"), upload_to=random_name, max_length=120)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    created_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("picture of a draft")
        verbose_name_plural = _("pictures of drafts")
        ordering = ["created_at", "key"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.key)

    def get_absolute_url(self) -> str:
        return reverse("fieldwork:draft_picture", args=[self.key])
