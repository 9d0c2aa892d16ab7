"""Answers that come with the next commits."""

from django.http import Http404, HttpRequest, HttpResponse


def comment(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def reply(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def report(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
