"""Search index: rebuilding, completeness and reading."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django.utils.html import escape
from modelsearch.models import IndexEntry

from home.services.search_index import is_complete
from tests.factories import ProposalFactory
from tests.home.searching import counts, get, make_poll

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]


def test_rebuilding_the_index_gives_the_same_results(client):
    ProposalFactory(title="Borne", created_at=timezone.now())
    before = counts(client, "borne")
    call_command("rebuild_modelsearch_index", verbosity=0)
    assert counts(client, "borne") == before == {"propositions": 1}
    assert escape("Borne") in get(client, "borne").text


def test_index_is_complete_if_it_contains_each_existing_kind():
    make_poll()
    assert is_complete()
    poll_entries = IndexEntry.objects.filter(content_type__app_label="polls")
    assert poll_entries.exists()
    poll_entries.delete()
    assert not is_complete()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has an index of its own kind")
def test_query_plans_use_the_database_indexes():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM modelsearch_indexentry WHERE title @@ 'x'::tsquery OR body @@ 'x'::tsquery"
        )
        assert "BitmapOr" in (plan := str(cursor.fetchall()))
        assert "modelsearch_title" in plan
        assert "modelsearch_body" in plan
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM modelsearch_indexentry WHERE content_type_id = 1 ORDER BY object_id::bigint LIMIT 5"
        )
        assert "home_search_latest" in str(cursor.fetchall())
