"""Fragments: one view and one template for a page and for the part that a script requests (docs/enhancement.md)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

# Marks a fragment, with the id of the element that screen readers announce. Without this header the script handles the
# response as something else: sign-in page, error, proxy failure.
FRAGMENT_HEADER = "X-Fragment"
FRAGMENT_LAYOUT = "layouts/fragment.html"


def wants_fragment(request: HttpRequest) -> bool:
    """Returns whether the request was sent by a script."""
    return bool(getattr(request, "htmx", False))


def layout_for(request: HttpRequest) -> str:
    """Returns the layout that renders the block `fragment` only, or "" for the page's own layout."""
    return FRAGMENT_LAYOUT if wants_fragment(request) else ""


def mark(request: HttpRequest, response: HttpResponse, *, says: str) -> HttpResponse:
    """Sets the headers that separate page and fragment in caches and in the script; returns `response`.

    `says` is the id of the element that screen readers announce once the fragment is inserted.
    """
    patch_vary_headers(response, ["HX-Request"])
    if wants_fragment(request):
        response.headers[FRAGMENT_HEADER] = says
    return response


def render_page_or_fragment(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, says: str, status: int = 200
) -> HttpResponse:
    """Renders `template`, or only its block `fragment` if a script requests it.

    The template starts with `{% extends layout %}`. `says`: see `mark`.
    """
    response = render(request, template, {**context, "layout": layout_for(request)}, status=status)
    return mark(request, response, says=says)
