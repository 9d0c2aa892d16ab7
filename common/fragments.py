"""Fragments: one view and one template for a page and for the part that a script asks for (docs/enhancement.md)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

# Names an answer that is a part of a page, and the element of it whose words are said to a screen reader. Without this
# header the script takes the answer for what it is not: a page to sign in, an error, a proxy that gave up.
FRAGMENT_HEADER = "X-Fragment"
FRAGMENT_LAYOUT = "layouts/fragment.html"


def wants_fragment(request: HttpRequest) -> bool:
    """Says whether a script asks, and not the browser itself."""
    return bool(getattr(request, "htmx", False))


def layout_for(request: HttpRequest) -> str:
    """Returns the layout that draws the block `fragment` alone, or an empty text: the page keeps its own layout."""
    return FRAGMENT_LAYOUT if wants_fragment(request) else ""


def mark(request: HttpRequest, response: HttpResponse, *, says: str) -> HttpResponse:
    """Returns `response` with the headers that keep page and part apart, in caches and in the script.

    `says` is the id of the element whose words are read out once the part is in its place.
    """
    patch_vary_headers(response, ["HX-Request"])
    if wants_fragment(request):
        response.headers[FRAGMENT_HEADER] = says
    return response


def render_page_or_fragment(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, says: str, status: int = 200
) -> HttpResponse:
    """Answers with the page that `template` draws, or with its block `fragment` when a script asks for that.

    The template starts with `{% extends layout %}`. `says`: see `mark`.
    """
    response = render(request, template, {**context, "layout": layout_for(request)}, status=status)
    return mark(request, response, says=says)
