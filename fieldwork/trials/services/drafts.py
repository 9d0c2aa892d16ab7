"""Drafts of trials: saving, pictures, sending, deletion."""

import json
import logging
import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.media import MediaUnavailable
from fieldwork.errors import DraftTooLong
from fieldwork.models import DraftPicture, Scenario, Trial, TrialDraft
from fieldwork.models.drafts import TrialDraftQuerySet
from fieldwork.trials.services.reports import MAX_FINDINGS, FindingInput, TrialInput, report_trial
from participation.errors import FileRefused, TooManyFiles
from participation.models import Attachment
from participation.services.attachments import ValidatedFile, check_picture, keep

logger = logging.getLogger(__name__)

CANNOT_READ = _("The site cannot read your pictures just now. All that you wrote is kept: send it in a few minutes.")
# For each finding of a trial: its picture, and another one that replaces it when the draft is saved.
MAX_PICTURES = 2 * MAX_FINDINGS
# Limit on the whole input as JSON, several times that of a valid trial. The form reports texts that are too long.
MAX_LENGTH = 100_000


@transaction.atomic
def keep_draft(
    *,
    key: uuid.UUID,
    scenario: Scenario,
    author: User | None,
    held: Collection[str],
    data: dict[str, Any],
    now: datetime,
) -> TrialDraft:
    """Saves the input of a trial and returns the draft. Deletes its removed and replaced pictures.

    Updates the draft `key` if the user may continue it (`held`: keys in the session of the browser), or else makes a
    new one. Raises `DraftTooLong`; nothing is saved then, and the page still contains the text.
    """
    if len(json.dumps(data)) > MAX_LENGTH:
        raise DraftTooLong
    draft = TrialDraft.objects.owned(author, held).select_for_update().filter(pk=key, scenario=scenario).first()
    if draft is None:
        row = {"scenario": scenario, "author": author, "told": data, "created_at": now, "updated_at": now}
        draft, _created = TrialDraft.objects.get_or_create(pk=key, defaults=row)
        if (draft.scenario, draft.author, draft.told) == (scenario, author, data):
            # Created here, or by another request if the same form is sent twice at the same moment.
            return draft
        return TrialDraft.objects.create(pk=uuid.uuid4(), **row)
    draft.author = draft.author or author
    draft.told, draft.updated_at = data, now
    draft.save()
    _forget_unused_pictures(draft)
    return draft


def _forget_unused_pictures(draft: TrialDraft) -> None:
    used = {finding.get("picture_key") for finding in draft.told.get("findings", ())}
    unused = [picture.pk for picture in draft.pictures.all() if str(picture.pk) not in used]
    DraftPicture.objects.filter(pk__in=unused).delete()


@transaction.atomic
def add_picture(*, draft: TrialDraft, file: UploadedFile, now: datetime) -> DraftPicture:
    """Saves a re-encoded picture in `draft`. Raises `FileRefused` with the sentence to show, and `TooManyFiles`."""
    TrialDraft.objects.select_for_update().get(pk=draft.pk)
    if draft.pictures.count() >= MAX_PICTURES:
        raise TooManyFiles
    validated = check_picture(file)
    picture = DraftPicture(draft=draft, created_at=now)
    picture.width, picture.height = validated.width, validated.height  # type: ignore[assignment]
    keep(picture.file, validated)
    picture.save(force_insert=True)
    return picture


def validated_picture(picture: DraftPicture) -> ValidatedFile:
    """Returns a picture of a draft, already validated and re-encoded by `add_picture`.

    Raises `FileRefused` with the sentence to show if the media storage is unavailable.
    """
    try:
        with picture.file.open() as opened:
            content = ContentFile(opened.read())
    except MediaUnavailable as error:
        logger.error("a trial was not sent: %s", error)
        raise FileRefused(CANNOT_READ) from error
    return ValidatedFile(content, Attachment.Type.JPEG, picture.width, picture.height)


def forget_old_drafts(*, now: datetime) -> int:
    """Deletes the expired drafts with their pictures. Returns the number of drafts."""
    return TrialDraft.objects.expired(now).delete()[1].get(TrialDraft._meta.label, 0)


@transaction.atomic
def send_draft(
    *,
    key: uuid.UUID,
    drafts: TrialDraftQuerySet,
    tester: User,
    scenario: Scenario,
    tried: TrialInput,
    findings: Sequence[FindingInput],
    now: datetime,
) -> Trial:
    """Reports a trial, then deletes the `drafts` of its scenario with their pictures.

    Idempotent by `key`: returns the first trial. Raises the exceptions of `report_trial`; the drafts stay then.
    """
    trial = report_trial(tester=tester, scenario=scenario, tried=tried, findings=findings, key=key, now=now)
    drafts.filter(scenario=scenario).delete()
    return trial
