"""Drafts of trials: keeping what is typed, their pictures, sending, deleting."""

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
from fieldwork.trials.services.reports import Found, Tried, report_trial
from participation.errors import FileRefused, TooManyFiles
from participation.models import Attachment
from participation.services.attachments import Checked, check_picture, keep

logger = logging.getLogger(__name__)

CANNOT_READ = _("The site cannot read your pictures just now. All that you wrote is kept: send it in a few minutes.")
# As many pictures as a trial may have findings.
MAX_PICTURES = 10
# Of all that was typed: several times what a trial may hold. A form says which text is too long.
MAX_LENGTH = 100_000


@transaction.atomic
def keep_draft(
    *,
    key: uuid.UUID,
    scenario: Scenario,
    author: User | None,
    held: Collection[str],
    told: dict[str, Any],
    now: datetime,
) -> TrialDraft:
    """Keeps what was typed of a trial, and returns the draft.

    The draft of `key` is written again if the person may continue it (`held`: the keys that the browser holds), or else
    another one is made. Raises `DraftTooLong`: then nothing is kept, and the page still has the text.
    """
    if len(json.dumps(told)) > MAX_LENGTH:
        raise DraftTooLong
    draft = TrialDraft.objects.owned(author, held).filter(pk=key, scenario=scenario).first()
    if draft is None:
        taken = TrialDraft.objects.filter(pk=key).exists()
        draft = TrialDraft(key=uuid.uuid4() if taken else key, scenario=scenario, created_at=now)
    draft.author = draft.author or author
    draft.told, draft.updated_at = told, now
    draft.save()
    return draft


@transaction.atomic
def add_picture(*, draft: TrialDraft, file: UploadedFile, now: datetime) -> DraftPicture:
    """Keeps a picture of a finding of `draft`, drawn again. Raises `FileRefused` with the sentence, `TooManyFiles`."""
    TrialDraft.objects.select_for_update().get(pk=draft.pk)
    if draft.pictures.count() >= MAX_PICTURES:
        raise TooManyFiles
    checked = check_picture(file)
    picture = DraftPicture(draft=draft, created_at=now)
    picture.width, picture.height = checked.width, checked.height  # type: ignore[assignment]
    keep(picture.file, checked)
    picture.save(force_insert=True)
    return picture


def kept_picture(picture: DraftPicture) -> Checked:
    """Returns a picture of a draft as `add_picture` kept it: checked and drawn again.

    Raises `FileRefused` with the sentence while the store of files does not answer.
    """
    try:
        with picture.file.open() as opened:
            content = ContentFile(opened.read())
    except MediaUnavailable as error:
        logger.error("a trial was not sent: %s", error)
        raise FileRefused(CANNOT_READ) from error
    return Checked(content, Attachment.Type.JPEG, picture.width, picture.height)


def forget_old_drafts(*, now: datetime) -> int:
    """Deletes the drafts that nobody has touched for long, with their pictures; returns how many."""
    return TrialDraft.objects.expired(now).delete()[1].get(TrialDraft._meta.label, 0)


@transaction.atomic
def send_draft(
    *,
    key: uuid.UUID,
    drafts: TrialDraftQuerySet,
    tester: User,
    scenario: Scenario,
    tried: Tried,
    found: Sequence[Found],
    now: datetime,
) -> Trial:
    """Makes a trial of what was typed; `drafts` of it, with their pictures, are gone then.

    Sent twice with the same `key` it gives the first one. Raises what `report_trial` raises; nothing is lost then.
    """
    trial = report_trial(tester=tester, scenario=scenario, tried=tried, found=found, key=key, now=now)
    drafts.filter(scenario=scenario).delete()
    return trial
