"""The addresses of the site, and those of errors that cannot be had by asking for a page."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import include, path

from cms.models import SiteConfiguration
from operations.services.broken_pages import context_of
from operations.views import server_error


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def too_many(request: HttpRequest) -> HttpResponse:
    """What allauth answers after too many tries."""
    return render(request, "429.html", status=429)


def failed(request: HttpRequest) -> HttpResponse:
    return server_error(request)


def paused(request: HttpRequest) -> HttpResponse:
    """What the proxy serves during an update."""
    return HttpResponse(render_to_string("503.html", context_of(SiteConfiguration.load())), status=503)


handler500 = "operations.views.server_error"
handler403 = "accounts.views.sign_in.reserved"

urlpatterns = [
    path("essai/403/", forbidden),
    path("essai/429/", too_many),
    path("essai/500/", failed),
    path("essai/503/", paused),
    path("", include("config.urls")),
]
