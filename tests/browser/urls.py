"""URLs of the site, and of error pages that a request cannot cause."""

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
    """Response of allauth after too many attempts."""
    return render(request, "429.html", status=429)


def failed(request: HttpRequest) -> HttpResponse:
    return server_error(request)


def paused(request: HttpRequest) -> HttpResponse:
    """Response of the proxy during an update."""
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
