"""Description of the API in OpenAPI 3.1, generated from the columns of the datasets."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from common.datasets import TEXT_MAX_LENGTH, Column, ColumnType, Dataset
from common.hooks import datasets
from common.limits import REQUESTS_PER_NETWORK_AND_MINUTE
from home.queries.open_data import AFTER, DEFAULT_ROWS, LICENCE_NAME, LICENCE_URL, LIMIT, MAX_ROWS, choices, key_column

Schema = dict[str, Any]

PROBLEM = "application/problem+json"
# JSON Schema of each column type.
CELLS: dict[ColumnType, Schema] = {
    ColumnType.TEXT: {"type": "string"},
    ColumnType.INTEGER: {"type": "integer"},
    ColumnType.NUMBER: {"type": "number"},
    ColumnType.DAY: {"type": "string", "format": "date"},
    ColumnType.MOMENT: {"type": "string", "format": "date-time"},
    ColumnType.URL: {"type": "string"},
}
TEXT = {"type": "string", "minLength": 1, "maxLength": TEXT_MAX_LENGTH, "pattern": "^[^\\u0000]+$"}
ETAG = {"description": "ETag", "schema": {"type": "string"}}


def description() -> Schema:
    """Returns the OpenAPI description of all URLs of the API."""
    sets = datasets()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _("Open data of the committee"),
            "version": "1",
            "summary": _("What is public on the site, to read only."),
            "description": _(
                "No key and no account are needed. Each network can ask %(number)s times a minute. "
                "No row names a person."
            )
            % {"number": REQUESTS_PER_NETWORK_AND_MINUTE},
            "license": {"name": LICENCE_NAME, "url": LICENCE_URL},
        },
        "servers": [{"url": settings.BASE_URL}],
        "paths": {
            reverse("home:api"): {"get": _operation("jeux", _("The sets of data"), [], _ref("Jeux"))},
            reverse("home:api_description"): {
                "get": _operation("description", _("This description"), [], {"type": "object"})
            },
            **{reverse("home:api_set", args=[dataset.slug]): {"get": _reading(dataset)} for dataset in sets},
        },
        "components": {
            "schemas": {
                "Jeux": _index(),
                "Probleme": _problem(),
                **{_name(dataset): _row(dataset) for dataset in sets},
            },
            "responses": {
                "NonModifie": {"description": _("Nothing has changed since this ETag.")},
                "Refus": _refusal(_("A parameter is unknown or cannot be read.")),
                "TropDeDemandes": {
                    **_refusal(_("Too many requests in a minute.")),
                    "headers": {"Retry-After": {"schema": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    }


def _reading(dataset: Dataset) -> Schema:
    page = {
        "type": "object",
        "required": ["jeu", "lignes", "suivant"],
        "properties": {
            "jeu": {"const": dataset.slug},
            "lignes": {"type": "array", "maxItems": MAX_ROWS, "items": _ref(_name(dataset))},
            "suivant": {"type": ["string", "null"], "description": _("Address of the next rows; none at the end.")},
        },
    }
    operation = _operation(dataset.slug, dataset.title, _parameters(dataset), page)
    operation["responses"]["200"]["headers"]["Link"] = {
        "description": _("Address of the next rows, if there are more."),
        "schema": {"type": "string"},
    }
    return {**operation, "description": dataset.description}


def _operation(name: str, summary: str, parameters: list[Schema], content: Schema) -> Schema:
    return {
        "operationId": name,
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": {
                "description": summary,
                "headers": {"ETag": ETAG},
                "content": {"application/json": {"schema": content}},
            },
            "304": {"$ref": "#/components/responses/NonModifie"},
            "400": {"$ref": "#/components/responses/Refus"},
            "429": {"$ref": "#/components/responses/TropDeDemandes"},
        },
    }


def _parameters(dataset: Dataset) -> list[Schema]:
    key = key_column(dataset)
    after = _("Only the rows after this one: the value of %(column)s in the last row that was read.")
    return [
        _parameter(AFTER, after % {"column": key.name}, _readable(key)),
        _parameter(
            LIMIT,
            _("How many rows at most."),
            {"type": "integer", "minimum": 1, "maximum": MAX_ROWS, "default": DEFAULT_ROWS},
        ),
        *(_parameter(column.name, column.meaning, _filter_schema(dataset, column)) for column in dataset.filters),
    ]


def _parameter(name: str, description: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _filter_schema(dataset: Dataset, column: Column) -> Schema:
    values = choices(dataset, column)
    return {"type": "string", "enum": list(values)} if values else _readable(column)


def _readable(column: Column) -> Schema:
    """Returns the schema of the values accepted by `Column.read`."""
    if column.type == ColumnType.INTEGER:
        return {"type": "integer", "minimum": -(10**18) + 1, "maximum": 10**18 - 1}
    return TEXT if column.type == ColumnType.TEXT else CELLS[column.type]


def _row(dataset: Dataset) -> Schema:
    return {
        "type": "object",
        "title": dataset.title,
        "required": dataset.header,
        "additionalProperties": False,
        "properties": {
            column.name: {
                **CELLS[column.type],
                "type": [CELLS[column.type]["type"], "null"],
                "description": column.meaning,
            }
            for column in dataset.columns
        },
    }


def _index() -> Schema:
    text = {"type": "string"}
    names = ("nom", "titre", "description", "adresse", "page", "csv", "json")
    licence = {"type": "object", "required": ["nom", "adresse"], "properties": {"nom": text, "adresse": text}}
    dataset_schema = {
        "type": "object",
        "required": [*names, "cle", "filtres"],
        "properties": {
            **dict.fromkeys(names, text),
            "cle": {"type": "array", "items": text},
            "filtres": {"type": "array", "items": text},
        },
    }
    return {
        "type": "object",
        "required": ["titre", "licence", "description", "page", "jeux"],
        "properties": {
            "titre": text,
            "licence": licence,
            "description": text,
            "page": text,
            "jeux": {"type": "array", "items": dataset_schema},
        },
    }


def _problem() -> Schema:
    """Returns the schema of a problem (RFC 9457)."""
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": _("What is wrong, in a sentence.")},
        },
    }


def _refusal(description: str) -> Schema:
    return {"description": description, "content": {PROBLEM: {"schema": _ref("Probleme")}}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _name(dataset: Dataset) -> str:
    return f"Ligne-{dataset.slug}"
