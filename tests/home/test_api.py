"""API of the open data: pagination by key, JSON errors, conditional requests, rate limits."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common.datasets import SmallDataset
from common.hooks import datasets
from common.limits import REQUESTS_PER_NETWORK_AND_MINUTE
from participation.models import Decision, Proposal
from tests.factories import (
    AddendumFactory,
    CommentFactory,
    OfficialAnswerFactory,
    ProposalFactory,
    UserFactory,
    VeilleEntryPageFactory,
)
from tests.home.test_open_data import SLUGS, csv_of
from tests.indicators.factories import make_adopted, make_indicator, make_value
from tests.polls.factories import NOW, make_poll
from tests.tables import assert_table
from tests.veille.benchmark import make_city, make_criterion, published

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

PROPOSALS = "/api/v1/propositions"


@pytest.fixture
def no_rate_limit(monkeypatch):
    """Raises the rate limit per network and minute."""
    monkeypatch.setattr("common.limits.REQUESTS_PER_NETWORK_AND_MINUTE", 10_000)


def get_json(client, address, **parameters):
    answer = client.get(address, parameters)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def all_pages(client, address, between=lambda: None):
    """Follows `suivant` to the last page; returns the rows and the number of pages."""
    rows, parts = [], 0
    while address:
        part = client.get(address).json()
        rows, parts, address = [*rows, *part["lignes"]], parts + 1, part["suivant"]
        between()
    return rows, parts


def problem_detail(answer, status):
    """Checks that `answer` is a problem document with `status`; returns its detail."""
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    return problem["detail"]


def fill():
    """Creates some rows in every dataset known to this file."""
    moment = NOW - dt.timedelta(days=9)
    indicator = make_adopted("Part des démarches en ligne", baseline=Decimal("60"), baseline_on=dt.date(2012, 1, 1))
    criterion = make_criterion()
    for number in range(7):
        make_indicator(f"Indicateur {number}")
        make_value(indicator, str(2012 + number), Decimal("61.5") + number)
        published(make_city(), criterion)
        proposal = ProposalFactory(title=f"Banc {number}", body="=1+1", district="Neudorf" if number % 2 else "")
        OfficialAnswerFactory(
            proposal=proposal, decision=Proposal.State.NOT_RETAINED, reasons="La place manque.", published_at=NOW
        )
        comment = CommentFactory(discussion__proposal=proposal, body="D’accord", position=1)
        AddendumFactory(proposal=proposal, body="Et un arbre", state="publie")
        make_poll(f"clos-{number}", closes_at=NOW - dt.timedelta(hours=1))
        VeilleEntryPageFactory()
        for kind in ({"comment": comment}, {"proposal": proposal}):
            decided_at = moment - dt.timedelta(days=31 * number)
            Decision.objects.create(decided_at=decided_at, waiting_since=decided_at, outcome="published", **kind)


class TestIndex:
    def test_index_lists_every_dataset_with_working_urls(self, client, no_rate_limit):
        found = get_json(client, "/api/v1/")
        assert [one["nom"] for one in found["jeux"]] == [dataset.slug for dataset in datasets()]
        assert found["licence"]["nom"] == "Licence Ouverte 2.0"
        for address in (found["description"], *(one[kind] for one in found["jeux"] for kind in ("adresse", "page"))):
            assert client.get(address).status_code == 200, address

    def test_each_dataset_has_a_key_and_unique_column_names(self):
        for dataset in datasets():
            assert dataset.key, dataset.slug
            assert len({column.name for column in dataset.columns}) == len(dataset.columns)

    def test_labels_of_filter_choices_are_unique(self):
        for dataset in datasets():
            for column in dataset.filters:
                field = column.field.rpartition("__")[0] or column.field
                known = dataset.rows.choices(column)
                assert len(set(known)) == len(known), (dataset.slug, field)


class TestPagination:
    def test_all_pages_together_equal_the_files(self, client, no_rate_limit):
        fill()
        found, expected = {}, {}
        for slug in SLUGS:
            file = csv_of(client, slug)
            for row in file:
                row.update({name: cell.removeprefix("'") for name, cell in row.items()})
            lines = client.get(f"/donnees-ouvertes/{slug}.json").getvalue().decode().count("\n{")
            for limit in (1, 3, 1000):
                rows, parts = all_pages(client, f"/api/v1/{slug}?limite={limit}")
                as_text = [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in rows]
                found[slug, limit] = as_text, parts, lines
                expected[slug, limit] = file, max(1, -(-len(file) // limit)), len(file)
        assert_table(found, expected)

    def test_rows_hidden_between_pages_are_omitted_without_duplicates(self, client, no_rate_limit):
        proposals = [ProposalFactory(title=f"Banc {number}") for number in range(9)]
        hidden = iter((proposals[2], proposals[5], proposals[0]))

        def hide():
            """Hides a proposal of a page already read, then of the next one, then of a later one."""
            for proposal in [next(hidden, None)]:
                if proposal:
                    Proposal.objects.filter(pk=proposal.pk).update(state=Proposal.State.REFUSED)

        rows, _parts = all_pages(client, f"{PROPOSALS}?limite=2", between=hide)
        remaining = [one.pk for one in proposals if one not in (proposals[2], proposals[5])]
        assert [row["numero"] for row in rows] == remaining

    def test_small_dataset_omits_rows_hidden_between_pages_without_duplicates(self):
        names = ["a", "b", "c", "d", "e"]
        rows = SmallDataset(lambda: [(name, None) for name in names])
        first = rows.part(limit=2)
        names.remove("a")
        names.remove("c")
        second = rows.part(limit=2, after=first.last_key)
        assert [row[0] for row in (*first.rows, *second.rows)] == ["a", "b", "d", "e"]
        assert second.last_key is None

    def test_next_url_keeps_the_filters(self, client):
        for _number in range(3):
            ProposalFactory(district="Neudorf")
            ProposalFactory(district="Cronenbourg")
        answer = client.get(PROPOSALS, {"quartier": "Neudorf", "limite": 2})
        following = answer.json()["suivant"]
        assert answer["Link"] == f'<{following}>; rel="next"'
        [last] = client.get(following).json()["lignes"]
        assert last["quartier"] == "Neudorf"
        assert "Link" not in client.get(following)

    def test_default_page_size_is_100_rows(self, client):
        author = UserFactory()
        for _number in range(101):
            ProposalFactory(author=author)
        found = get_json(client, PROPOSALS)
        assert len(found["lignes"]) == 100
        assert found["suivant"].endswith(f"?apres={found['lignes'][-1]['numero']}")

    def test_a_page_costs_three_queries_whatever_its_size(self, client, django_assert_num_queries):
        for _time in range(2):
            AddendumFactory.create_batch(4, state="publie")
            client.get(PROPOSALS)
            for address in (f"{PROPOSALS}?limite=3", f"{PROPOSALS}?limite=1000"):
                with django_assert_num_queries(3):
                    client.get(address)

    def test_queries_of_datasets_do_not_grow_with_the_page_size(self, client, no_rate_limit):
        costs = {}
        fill()
        for slug in SLUGS:
            client.get(f"/api/v1/{slug}")
            for limit in (1, 2, 5):
                with CaptureQueriesContext(connection) as queries:
                    client.get(f"/api/v1/{slug}?limite={limit}")
                costs[slug, limit] = len(queries)
        assert_table(costs, {(slug, limit): min(costs[slug, 1], 6) for slug, limit in costs})


class TestFilters:
    def test_filter_by_label_of_a_choice(self, client):
        ProposalFactory(state=Proposal.State.ACCEPTED)
        ProposalFactory(state=Proposal.State.PUBLISHED)
        [row] = get_json(client, PROPOSALS, etat="Acceptée")["lignes"]
        assert row["etat"] == "Acceptée"

    def test_filter_by_proposal_number(self, client):
        comment = CommentFactory()
        CommentFactory()
        found = get_json(client, "/api/v1/commentaires", proposition=comment.discussion.proposal_id)
        assert [row["numero"] for row in found["lignes"]] == [comment.pk]

    def test_filter_by_category_of_the_platform_of_origin(self, client):
        proposal = ProposalFactory(topic=None, category="Vélo")
        ProposalFactory(topic=None, category="Eau")
        found = get_json(client, PROPOSALS, sujet="Vélo")
        assert [row["numero"] for row in found["lignes"]] == [proposal.pk]

    def test_filter_refuses_non_public_states(self, client):
        ProposalFactory(state=Proposal.State.RECEIVED)
        assert get_json(client, PROPOSALS, etat="Publiée")["lignes"] == []
        assert "Reçue" not in problem_detail(client.get(f"{PROPOSALS}?etat=Reçue"), 400)


class TestRefusals:
    @pytest.mark.parametrize(
        "query",
        [
            *("etats=Acceptée", "apres=", "apres=x", "apres=1.5", "apres=1e3", "apres=٣", "apres=1;2", "apres=%00"),
            *("apres=9999999999999999999", "limite=0", "limite=-1", "limite=1001", "limite=", "limite=dix", "limite=²"),
            *("limite=1&limite=2", "apres=1&apres=1", "etat=Reçues", "etat=", "quartier=", "quartier=%00a"),
            *("quartier=" + "a" * 201, "page=2", "format=csv", "=", "sort=etat"),
        ],
    )
    def test_invalid_query_returns_400_with_a_sentence(self, client, query):
        assert problem_detail(client.get(f"{PROPOSALS}?{query}"), 400).endswith(".")

    def test_error_lists_valid_parameters_and_values(self, client):
        sentence = problem_detail(client.get(f"{PROPOSALS}?page=2"), 400)
        assert "paramètre «\xa0page\xa0» n’existe pas" in sentence
        assert "apres, limite, etat, sujet, quartier" in sentence
        assert "Acceptée" in problem_detail(client.get(f"{PROPOSALS}?etat=x"), 400)
        assert "de 1 à 1000" in problem_detail(client.get(f"{PROPOSALS}?limite=0"), 400)

    @pytest.mark.parametrize("day", ["2026-02-30", "20260201", "hier", "2026-1-1"])
    def test_invalid_dates_are_refused(self, client, day):
        problem_detail(client.get("/api/v1/decisions", {"seance": day}), 400)
        problem_detail(client.get("/api/v1/seances", {"apres": day}), 400)

    @pytest.mark.parametrize("path", ["comptes", "propositions/", "propositions.csv", "a/b/c", "é", "openapi.json/"])
    def test_unknown_path_returns_404_in_json(self, client, path):
        assert "/api/v1/" in problem_detail(client.get(f"/api/v1/{path}"), 404)

    @pytest.mark.parametrize("path", ["", "openapi.json", "propositions", "nulle-part"])
    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
    def test_unsafe_methods_return_405(self, path, method):
        answer = getattr(Client(enforce_csrf_checks=True), method)(f"/api/v1/{path}")
        problem_detail(answer, 405)
        assert answer["Allow"] == "GET, HEAD, OPTIONS"


class TestHeaders:
    def test_unchanged_response_returns_304(self, client):
        proposal = ProposalFactory(title="Un banc")
        first = client.get(PROPOSALS)
        again = client.get(PROPOSALS, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        Proposal.objects.filter(pk=proposal.pk).update(support_count=9)
        changed = client.get(PROPOSALS, headers={"If-None-Match": first["ETag"]})
        assert changed.status_code == 200
        assert changed["ETag"] != first["ETag"]

    @pytest.mark.parametrize("path", ["", "openapi.json", "propositions", "nulle-part"])
    def test_any_origin_is_allowed_and_no_cookie_is_set(self, client, path):
        client.force_login(UserFactory())
        answer = client.get(f"/api/v1/{path}", headers={"Origin": "https://ailleurs.example"})
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer
        assert not answer.cookies
        if answer.status_code == 200:
            assert answer["Cache-Control"] == "public, max-age=60"

    def test_preflight_request_allows_if_none_match(self, client):
        answer = client.options(PROPOSALS, headers={"Access-Control-Request-Headers": "if-none-match"})
        assert answer.status_code == 204
        assert answer["Access-Control-Allow-Headers"] == "If-None-Match"
        assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"

    def test_head_returns_headers_without_body(self, client):
        ProposalFactory()
        whole, head = client.get(PROPOSALS), client.head(PROPOSALS)
        assert head.content == b""
        assert head["ETag"] == whole["ETag"]


class TestLimit:
    def test_requests_are_limited_per_network_and_minute(self, client, time_machine):
        for _number in range(REQUESTS_PER_NETWORK_AND_MINUTE):
            assert client.get("/api/v1/seances").status_code == 200
        time_machine.shift(dt.timedelta(seconds=18))
        answer = client.get("/api/v1/seances")
        assert "42 secondes" in problem_detail(answer, 429)
        assert answer["Retry-After"] == "42"
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert client.get("/api/v1/seances", REMOTE_ADDR="198.51.100.7").status_code == 200
        time_machine.shift(dt.timedelta(seconds=42))
        assert client.get("/api/v1/seances").status_code == 200

    def test_rate_limit_excludes_files_and_pages(self, client, monkeypatch):
        monkeypatch.setattr("common.limits.REQUESTS_PER_NETWORK_AND_MINUTE", 0)
        assert client.get(PROPOSALS).status_code == 429
        for path in ("propositions.csv", "propositions.json", "propositions/", ""):
            assert client.get(f"/donnees-ouvertes/{path}").status_code == 200
