"""Helpers for files added by residents."""

import io
import uuid

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from participation.models import Attachment, ProposalDraft
from participation.services.attachments import attach
from tests.bulk import fill
from tests.cms.factories import exif_of_a_phone
from tests.factories import ProposalFactory

IDEA, TOPIC, CHECK, FILES, DONE = [
    reverse(f"participation:deposit_{name}") for name in ("idea", "topic", "check", "files", "done")
]
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def picture(kind="JPEG", size=(60, 40), mode="RGB", **options):
    target = io.BytesIO()
    Image.new(mode, size, "red").save(target, kind, **options)
    return target.getvalue()


def upload(content, name="photo.jpg"):
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def photo_of_a_phone():
    """Returns a photo taken with the phone held sideways, with a GPS position and a comment."""
    return picture(size=(60, 40), exif=exif_of_a_phone().tobytes(), comment=b"chez moi")


def draft_of(author=None, **values):
    now = timezone.now()
    return ProposalDraft.objects.create(author=author, title="Un titre", created_at=now, updated_at=now, **values)


def add(draft, content=None, name="photo.jpg", **values):
    attachment = attach(draft=draft, file=upload(content or picture(), name), key=uuid.uuid4(), now=timezone.now())
    Attachment.objects.filter(pk=attachment.pk).update(description="La borne", **values)
    return attachment


def published(attachment, **values):
    proposal = ProposalFactory(**values)
    Attachment.objects.filter(pk=attachment.pk).update(draft=None, proposal=proposal)
    return proposal


def fetch(client, attachment, **headers):
    """Downloads a file as a visitor, to its end."""
    answer = client.get(attachment.get_absolute_url(), headers=headers)
    answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer


def files():
    return [path for folder in [default_storage.listdir("pieces-jointes")[1]] for path in folder]


def begun(client):
    """Returns a draft that has reached the page of files, and its URL."""
    client.post(IDEA, {"title": "Un titre", "problem": "Un problème.", "body": "Une idée."})
    fill(client, TOPIC, {"topic": ""})
    draft = ProposalDraft.objects.get()
    return draft, f"{FILES}?brouillon={draft.pk}"
