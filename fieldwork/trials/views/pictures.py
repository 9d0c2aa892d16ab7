"""Pictures of findings: who may read the finding may see its picture; nobody else learns that there is one."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from common.media import served
from fieldwork import permissions
from fieldwork.models import Finding


@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What anyone may read a proxy keeps for a minute, as pages."""
    found = Finding.objects.exclude(picture="").filter(pk=pk).first()
    if found is None or not permissions.can_read_finding(request.user, found):
        raise Http404
    # The name is random, and another picture has another one. Asked after the right to read it.
    name = str(found.picture.name)
    return served(request, name, etag=quote_etag(name), filename=f"constat-{found.pk}.jpg", content_type="image/jpeg")
