"""Answers that come with the next commits."""

from django.http import Http404, HttpRequest, HttpResponse


def support(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
