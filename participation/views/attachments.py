"""Attachments of texts: readable by users who may read the text; 404 for others."""

import uuid

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from common.media import served
from participation import permissions
from participation.models import Attachment, ProposalDraft
from participation.views.draft_session import draft_keys


@require_safe
def attachment(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """Serves a picture inline, a document as a download, with headers that prevent its scripts from running here.

    Public files are cached by a proxy for one minute, as pages.
    """
    attachment = _readable(request).filter(pk=key).first()
    if attachment is None:
        raise Http404
    # The file of a key never changes. Checked after the permission: a 304 must not reveal that it exists.
    return served(
        request,
        str(attachment.file.name),
        etag=quote_etag(attachment.key.hex),
        as_attachment=not attachment.is_image,
        filename=attachment.download_name,
        content_type=attachment.type,
        headers={"Content-Security-Policy": "default-src 'none'; sandbox"},
    )


def _readable(request: HttpRequest) -> QuerySet[Attachment]:
    """Returns the files of texts that the user may read, and of the drafts of the session; all files for moderators.

    These include waiting and removed files.
    """
    readable = Attachment.objects.visible_to(request.user)
    if keys := draft_keys(request.session):
        readable |= Attachment.objects.filter(draft__in=ProposalDraft.objects.owned(None, keys))
    if permissions.can_moderate_proposals(request.user):
        readable |= Attachment.objects.filter(proposal__isnull=False)
    return readable
