"""`/api/v1/`: read-only API of the open data, in pages (docs/api.md)."""

import json
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from common.datasets import Dataset
from common.errors import Refusal, TooManyRequests
from common.hooks import datasets
from common.limits import throttle_requests
from common.middleware import READING_PAGE_MAX_AGE
from common.urls import absolute_url
from home.errors import BadParameter, UnknownAddress
from home.queries import openapi
from home.queries.open_data import AFTER, LICENCE_NAME, LICENCE_URL, dataset_named, wanted

METHODS = ("GET", "HEAD", "OPTIONS")
# Any website may read public data (Fetch standard, CORS protocol).
SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# Answer to the CORS preflight of a request with `If-None-Match`; browsers may cache it for a day.
PREFLIGHT = {
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}


class _MethodRefused(Refusal):
    """The API is read-only."""


def _answering(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorates a view of the API: read-only, rate-limited, without cookies, with refusals as JSON."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, **named: str) -> HttpResponse:
        try:
            response = _answer(view, request, named)
        except BadParameter as refusal:
            response = _problem(400, _("This request cannot be read"), refusal)
        except UnknownAddress as refusal:
            response = _problem(404, _("Nothing is here"), refusal)
        except _MethodRefused as refusal:
            response = _problem(405, _("This API is read only"), refusal)
            response["Allow"] = ", ".join(METHODS)
        except TooManyRequests as refusal:
            response = _problem(429, _("Too many requests"), refusal)
            response["Retry-After"] = str(refusal.seconds)
        for name, value in SHARED.items():
            response[name] = value
        return response

    return answer


def _answer(view: Callable[..., HttpResponse], request: HttpRequest, named: dict[str, str]) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": ", ".join(METHODS), **PREFLIGHT})
    if request.method not in METHODS:
        raise _MethodRefused(_("Use GET, HEAD or OPTIONS."))
    throttle_requests(request, timezone.now())
    response = view(request, **named)
    # The response is the same for everybody, whatever cookies a browser sends.
    response["Cache-Control"] = f"public, max-age={READING_PAGE_MAX_AGE}"
    etag = f'"{sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


@_answering
def index(request: HttpRequest) -> HttpResponse:
    """Returns the datasets with their URLs."""
    _without_parameters(request)
    return _json(
        {
            "titre": _("Open data of the committee"),
            "licence": {"nom": LICENCE_NAME, "adresse": LICENCE_URL},
            "description": absolute_url(reverse("home:api_description")),
            "page": absolute_url(reverse("home:open_data")),
            "jeux": [_listed(dataset) for dataset in datasets()],
        }
    )


@_answering
def description(request: HttpRequest) -> HttpResponse:
    """Returns the OpenAPI description."""
    _without_parameters(request)
    return _json(openapi.description())


@_answering
def rows(request: HttpRequest, slug: str) -> HttpResponse:
    """Returns some rows of a dataset, and the URL of the next ones."""
    dataset = dataset_named(slug)
    if dataset is None:
        raise UnknownAddress
    part = wanted(dataset, request.GET).part_of(dataset)
    following = None
    if part.last_key is not None:
        parameters = {**request.GET.dict(), AFTER: part.last_key}
        following = absolute_url(f"{reverse('home:api_set', args=[slug])}?{urlencode(parameters)}")
    header = dataset.header
    lines = [dict(zip(header, row, strict=True)) for row in part.rows]
    response = _json({"jeu": slug, "lignes": lines, "suivant": following})
    if following:
        response["Link"] = f'<{following}>; rel="next"'
    return response


@_answering
def missing(request: HttpRequest, rest: str) -> HttpResponse:
    """Returns a 404 problem for any other URL under `/api/v1/`."""
    raise UnknownAddress


def _listed(dataset: Dataset) -> dict[str, Any]:
    return {
        "nom": dataset.slug,
        "titre": dataset.title,
        "description": dataset.description,
        "adresse": absolute_url(reverse("home:api_set", args=[dataset.slug])),
        "page": absolute_url(reverse("home:open_data_set", args=[dataset.slug])),
        "csv": absolute_url(reverse("home:open_data_csv", args=[dataset.slug])),
        "json": absolute_url(reverse("home:open_data_json", args=[dataset.slug])),
        "cle": [column.name for column in dataset.key],
        "filtres": [column.name for column in dataset.filters],
    }


def _without_parameters(request: HttpRequest) -> None:
    for name in request.GET:
        raise BadParameter(_("The parameter “%(name)s” does not exist here. This address has none.") % {"name": name})


def _json(content: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(content, ensure_ascii=False), content_type="application/json")


def _problem(status: int, title: str, refusal: Refusal) -> HttpResponse:
    """Returns a refusal as a problem (RFC 9457)."""
    content = {"type": "about:blank", "title": title, "status": status, "detail": str(refusal)}
    return HttpResponse(json.dumps(content, ensure_ascii=False), content_type=openapi.PROBLEM, status=status)
