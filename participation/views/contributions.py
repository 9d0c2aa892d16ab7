"""Answers that come with the next commits."""

from django.http import Http404, HttpRequest, HttpResponse


def contributions(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
