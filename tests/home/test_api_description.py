"""Description of the API: valid OpenAPI 3.1, and matching the answers to any request."""

from collections import Counter

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator

from common.datasets import ColumnType
from common.hooks import datasets
from config.wsgi import application
from home.queries.openapi import CELLS, description
from tests.home.test_api import fill
from tests.polls.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

ADDRESS = "/api/v1/openapi.json"
# Few examples, the same in each run.
EXAMPLES = settings(
    max_examples=8,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_description_is_valid_openapi(client):
    assert list(OpenAPIV31SpecValidator(client.get(ADDRESS).json()).iter_errors()) == []


def test_description_has_columns_and_filters_of_each_dataset():
    described = description()
    for dataset in datasets():
        row = described["components"]["schemas"][f"Ligne-{dataset.slug}"]
        assert list(row["properties"]) == row["required"] == dataset.header
        names = [one["name"] for one in described["paths"][f"/api/v1/{dataset.slug}"]["get"]["parameters"]]
        assert names == ["apres", "limite", *(column.name for column in dataset.filters)]


def test_description_lists_values_of_a_choice():
    [states] = [
        one["schema"]["enum"]
        for one in description()["paths"]["/api/v1/propositions"]["get"]["parameters"]
        if one["name"] == "etat"
    ]
    assert "Acceptée" in states


def _from_a_network(environ, start_response):
    return application({**environ, "REMOTE_ADDR": "192.0.2.1"}, start_response)


@pytest.fixture
def described(db, monkeypatch):
    # As in Django's test client: an answer must not close the connection whose transaction holds the test's rows.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    monkeypatch.setattr("common.limits.REQUESTS_PER_NETWORK_AND_MINUTE", 100_000)
    fill()
    yield schemathesis.openapi.from_wsgi(ADDRESS, _from_a_network)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.thorough
@pytest.mark.one_database
@pytest.mark.parametrize("mode", schemathesis.GenerationMode)
def test_api_matches_its_description(described, mode):
    """Valid requests get the described answer, invalid ones a described error."""
    tested = Counter()
    for found in described.get_all_operations():
        operation = found.ok()
        if mode is schemathesis.GenerationMode.NEGATIVE and not operation.query:
            continue

        @settings(EXAMPLES)
        @given(case=operation.as_strategy(generation_mode=mode))
        def answers(case):
            tested[case.path] += 1
            case.call_and_validate()

        answers()
    expected = [f"/api/v1/{dataset.slug}" for dataset in datasets()]
    assert set(expected) <= set(tested)


@pytest.mark.parametrize("type_", ColumnType)
def test_each_column_type_has_a_label_and_a_json_type(type_):
    assert type_.label
    assert CELLS[type_]["type"] in ("string", "integer", "number")
