"""May to September: the work on the programme, and the digest."""

import pytest

from tests.browser.year.minutes import minutes
from tests.browser.year.opening import opening
from tests.browser.year.programme import programme

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.xdist_group("year"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_deliverable_is_delivered_and_the_digest_sent(year):
    year(opening, minutes, programme)
