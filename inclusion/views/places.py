"""The first page of digital help."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inclusion.models import Resource, Workshop
from inclusion.views.heads import ABOUT

WORKSHOPS_SHOWN = 2


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The next workshops, and the way to the resources."""
    upcoming = Workshop.objects.published().upcoming(timezone.now()).filter(cancelled_because="")
    context = {
        "about": ABOUT,
        "current": _("Digital help"),
        "workshops": upcoming[:WORKSHOPS_SHOWN],
        "resource_count": Resource.objects.published().count(),
    }
    return render(request, "inclusion/places.html", context)
