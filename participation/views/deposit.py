"""Answers that come with the next commits."""

from django.http import Http404, HttpRequest, HttpResponse


def start(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def idea(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def topic(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def check(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def done(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
