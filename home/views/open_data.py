"""`/donnees-ouvertes/`: each dataset as a page, as CSV and as JSON, and all of them as a DCAT catalogue.

For the paginated API, see `home.views.api`.
"""

import json
from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.datasets import Dataset
from common.hooks import datasets
from common.limits import REQUESTS_PER_NETWORK_AND_MINUTE
from common.spreadsheets import csv_response
from common.urls import absolute_url
from home.queries.open_data import (
    LICENCE_NAME,
    LICENCE_URL,
    MAX_ROWS,
    DatasetSelection,
    choices,
    dataset_named,
    key_column,
)

# Continuously updated: files are generated on request (EU vocabulary of frequencies).
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/UPDATE_CONT"
FRENCH = "http://publications.europa.eu/resource/authority/language/FRA"
# Number of rows in the preview of a dataset.
PREVIEWED_ROWS = 5


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Lists the datasets, their licence, and how to use the API."""
    context = {
        "datasets": datasets(),
        "licence_name": LICENCE_NAME,
        "licence_url": LICENCE_URL,
        "max_rows": MAX_ROWS,
        "requests_per_minute": REQUESTS_PER_NETWORK_AND_MINUTE,
    }
    return render(request, "home/open_data.html", context)


@require_safe
def dataset(request: HttpRequest, slug: str) -> HttpResponse:
    """Shows a dataset: files, columns, first rows, API URL."""
    selected = _find(slug)
    context = {
        "dataset": selected,
        "rows": [
            list(zip(selected.columns, row, strict=True))
            for row in DatasetSelection(limit=PREVIEWED_ROWS).part_of(selected).rows
        ],
        "parents": [(reverse("home:open_data"), _("Open data"))],
        "address": absolute_url(reverse("home:api_set", args=[slug])),
        "key": key_column(selected),
        "filters": [(column, list(choices(selected, column))) for column in selected.filters],
        "licence_name": LICENCE_NAME,
        "licence_url": LICENCE_URL,
    }
    return render(request, "home/dataset.html", context)


@require_safe
def csv_file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Streams the dataset as a CSV file for a spreadsheet."""
    selected = _find(slug)
    return csv_response(f"{selected.slug}.csv", selected.header, selected.rows())


@require_safe
def json_file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Streams the dataset as a JSON array of objects."""
    return StreamingHttpResponse(_json_parts(_find(slug)), content_type="application/json")


@require_safe
def catalogue(request: HttpRequest) -> JsonResponse:
    """Returns the catalogue of all datasets in DCAT (W3C, version 3), as JSON-LD, for open data portals."""
    publisher = {"@type": "foaf:Organization", "foaf:name": settings.WAGTAIL_SITE_NAME}
    content = {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
        },
        "@id": absolute_url(reverse("home:open_data")),
        "@type": "dcat:Catalog",
        "dct:title": _in_french(_("Open data of the committee")),
        "dct:description": _in_french(_("What residents propose, say and vote, and what becomes of it.")),
        "dct:language": {"@id": FRENCH},
        "dct:publisher": publisher,
        "dcat:dataset": [_described(dataset, publisher) for dataset in datasets()],
        "dcat:service": _service(publisher),
    }
    return JsonResponse(content, content_type="application/ld+json", json_dumps_params={"ensure_ascii": False})


def _find(slug: str) -> Dataset:
    if dataset := dataset_named(slug):
        return dataset
    raise Http404


def _json_parts(dataset: Dataset) -> Iterator[str]:
    before = "["
    for row in dataset.rows():
        yield f"{before}\n{json.dumps(dict(zip(dataset.header, row, strict=True)), ensure_ascii=False)}"
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def _described(dataset: Dataset, publisher: dict[str, str]) -> dict[str, object]:
    licence = {"@id": LICENCE_URL}
    return {
        "@id": _id(dataset),
        "@type": "dcat:Dataset",
        "dct:identifier": dataset.slug,
        "dct:title": _in_french(dataset.title),
        "dct:description": _in_french(dataset.description),
        "dct:language": {"@id": FRENCH},
        "dct:publisher": publisher,
        "dct:license": licence,
        "dct:accrualPeriodicity": {"@id": FREQUENCY},
        "dcat:landingPage": {"@id": absolute_url(reverse("home:open_data_set", args=[dataset.slug]))},
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": f"{dataset.title} ({name})",
                "dct:license": licence,
                "dcat:mediaType": media_type,
                "dcat:downloadURL": {"@id": absolute_url(reverse(view, args=[dataset.slug]))},
            }
            for name, media_type, view in (
                ("CSV", "text/csv", "home:open_data_csv"),
                ("JSON", "application/json", "home:open_data_json"),
            )
        ],
    }


def _service(publisher: dict[str, str]) -> dict[str, object]:
    return {
        "@id": absolute_url(reverse("home:api")),
        "@type": "dcat:DataService",
        "dct:title": _in_french(_("API of the open data")),
        "dct:publisher": publisher,
        "dct:license": {"@id": LICENCE_URL},
        "dcat:endpointURL": {"@id": absolute_url(reverse("home:api"))},
        "dcat:endpointDescription": {"@id": absolute_url(reverse("home:api_description"))},
        "dcat:servesDataset": [{"@id": _id(dataset)} for dataset in datasets()],
    }


def _id(dataset: Dataset) -> str:
    return absolute_url(f"{reverse('home:open_data')}#{dataset.slug}")


def _in_french(text: str) -> dict[str, str]:
    return {"@value": str(text), "@language": "fr"}
