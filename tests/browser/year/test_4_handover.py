"""October to January: a coordinator leaves, the annual report, the next year begins."""

import pytest

from tests.browser.year.handover import handover
from tests.browser.year.minutes import minutes
from tests.browser.year.opening import opening
from tests.browser.year.programme import programme

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.xdist_group("year"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_coordinator_is_replaced_and_the_annual_report_published(year):
    year(opening, minutes, programme, handover)
