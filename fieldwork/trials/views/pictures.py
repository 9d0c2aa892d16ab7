"""Pictures of findings, for users who may read the finding; 404 for all others."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from common.media import served
from fieldwork import permissions
from fieldwork.models import Finding


@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Serves the picture. If public, a proxy caches it for a minute, like pages."""
    finding = Finding.objects.exclude(picture="").filter(pk=pk).first()
    if finding is None or not permissions.can_read_finding(request.user, finding):
        raise Http404
    # The random name changes with the picture, so it serves as ETag. Used after the permission check only.
    name = str(finding.picture.name)
    return served(request, name, etag=quote_etag(name), filename=f"constat-{finding.pk}.jpg", content_type="image/jpeg")
