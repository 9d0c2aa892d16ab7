"""The page of a call, found in one query."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from wagtail.views import serve

from participation.models import CallPage


@require_safe
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """Serves a call that anyone may read; whatever else has such an address is Wagtail's business.

    Wagtail finds a page with two queries per level of the tree: at this depth more than the page itself costs.
    """
    page = CallPage.objects.published().select_related("topic", "discussion").filter(slug=slug).first()
    return page.serve(request) if page else serve(request, request.path.lstrip("/"))
