"""A database whose order is not that of French is told."""

import pytest
from django.core.checks import run_checks
from django.db import connection

from operations.checks import names_are_in_french_order


@pytest.mark.django_db
def test_the_order_of_names_is_looked_at():
    """The throw-away cluster has the locale C; SQLite has no other order than that of bytes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 'Élise' < 'Zoé' AND 'elle' < 'Élise'")
            french = cursor.fetchone() == (True,)
        found = names_are_in_french_order(databases=["default"])
        assert [message.id for message in found] == ([] if french else ["operations.W011"])
    assert names_are_in_french_order() == []
    assert "operations.W011" not in [message.id for message in run_checks()]
