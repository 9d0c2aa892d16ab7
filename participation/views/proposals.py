"""Answers that come with the next commits."""

from django.http import Http404, HttpRequest, HttpResponse


def proposal_list(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def proposal(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def proposal_by_number(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
