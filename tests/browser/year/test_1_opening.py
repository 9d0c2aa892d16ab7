"""January: the site opens and the committee meets."""

import pytest

from tests.browser.year.opening import opening

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.xdist_group("year"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.mark.guide("Suivre les étapes", "Créer les sièges et les membres", "Choisir les sujets et les dates")
def test_the_site_opens_and_the_committee_meets(year):
    year(opening)
