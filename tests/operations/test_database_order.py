"""System check for databases whose collation does not sort as French does."""

import pytest
from django.core.checks import run_checks
from django.db import connection

from operations.checks import IN_FRENCH_ORDER, names_are_in_french_order


def sorts_in_french():
    """Returns whether the database itself sorts the pairs as French does."""
    names = [name for pair in IN_FRENCH_ORDER for name in pair]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM unnest(%s::text[]) AS name ORDER BY name", [names])
        rank = {name: place for place, (name,) in enumerate(cursor.fetchall())}
    return all(rank[first] < rank[second] for first, second in IN_FRENCH_ORDER)


@pytest.mark.django_db
def test_check_reports_databases_without_french_order():
    """The temporary cluster has the locale C; SQLite sorts by bytes only."""
    if connection.vendor == "postgresql":
        messages = names_are_in_french_order(databases=["default"])
        assert [message.id for message in messages] == ([] if sorts_in_french() else ["operations.W011"])
    assert names_are_in_french_order() == []
    assert "operations.W011" not in [message.id for message in run_checks()]


@pytest.mark.django_db
@pytest.mark.parametrize(("collation", "is_french"), [("fr-x-icu", True), ("C", False)])
def test_french_collation_satisfies_the_order_and_c_does_not(collation, is_french):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no other order than that of bytes")
    with connection.cursor() as cursor:
        for first, second in IN_FRENCH_ORDER:
            cursor.execute(f'SELECT %s::text COLLATE "{collation}" < %s::text', [first, second])
            if cursor.fetchone() != (True,):
                assert not is_french
                return
    assert is_french
