"""Trials that somebody is telling, before they are sent: nothing that was typed is lost."""

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
    """Returns the path of the file in storage: nothing of the name that a person gave it is left."""
    return f"{FOLDER}/{uuid.uuid4().hex}.jpg"


class TrialDraftQuerySet(DraftQuerySet):
    def expired(self, now: datetime) -> Self:
        """Drafts that nobody has changed for the time that the page announces."""
        return self.filter(updated_at__lt=now - timedelta(days=TrialDraft.DAYS_KEPT))


class TrialDraft(models.Model):
    """What somebody has typed of a trial, as it was typed: it is checked when it is sent, and gone then.

    It has no author until somebody signs in: the browser that wrote it holds its key, which becomes that of the trial.
    """

    # From the last change; a browser holds its key as long as its session, which is shorter.
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
    # `trial`, the answers by the name of their field, and `findings`, a list of the same.
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
        """When it is deleted if nobody changes it."""
        return self.updated_at + timedelta(days=self.DAYS_KEPT)


class DraftPicture(models.Model):
    """A picture of a finding that is not sent yet: checked and drawn again as soon as it is chosen."""

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
