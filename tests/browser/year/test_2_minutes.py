"""February to April: minutes, corrections, approval, decisions in the register, the ballot of the programme."""

import pytest

from tests.browser.year.minutes import minutes
from tests.browser.year.opening import opening

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.xdist_group("year"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_minutes_are_approved_and_the_programme_is_adopted(year):
    year(opening, minutes)
