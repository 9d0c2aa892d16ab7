"""Map of the proposals: counts, links, and data never shown."""

import re
from urllib.parse import quote

import pytest

from common.city import CITY
from participation.models import Proposal
from participation.queries.places import map_of_proposals
from tests.factories import ProposalFactory

pytestmark = pytest.mark.django_db

MAP, LIST = "/propositions/carte/", "/propositions/"


def numbers_by_place() -> dict[str, str]:
    return {str(row.label): row.cells[0] for row in map_of_proposals().rows}


def test_proposals_are_counted_by_commune_and_districts_for_the_city():
    for place in ("Schiltigheim", "Neudorf", "Gare", "Strasbourg", "", CITY.former_places[0]):
        ProposalFactory(district=place)
    assert numbers_by_place() == {"Strasbourg": "3", "Schiltigheim": "1", CITY.former_places[0]: "1"}
    assert "1\u00a0proposition n’indique pas de lieu" in map_of_proposals().notes[-1].replace(" ", "\u00a0", 1)


@pytest.mark.parametrize("state", [state for state in Proposal.State if state not in Proposal.PUBLIC_STATES])
def test_hidden_proposals_are_not_counted(client, state):
    ProposalFactory(district="Ostwald", state=state)
    assert numbers_by_place() == {}
    page = client.get(MAP)
    assert page.status_code == 200
    assert "Ostwald" not in page.content.decode()


def test_each_number_links_to_a_list_of_that_length(client):
    for place in ("Schiltigheim", "Neudorf", "Gare", "Hœnheim"):
        ProposalFactory(district=place)
    page = client.get(MAP).content.decode()
    numbers = numbers_by_place()
    assert numbers
    for place, number in numbers.items():
        address = f"{LIST}?quartier={quote(place)}"
        assert f'href="{address}"' in page
        assert client.get(address).context["count"] == int(number)
    assert 'href="/propositions/carte/"' in client.get(LIST).content.decode()


def test_number_of_queries_is_limited(client, django_assert_max_num_queries):
    client.get(MAP)
    for place in ("Schiltigheim", "Neudorf", "Gare", "Hœnheim") * 3:
        ProposalFactory(district=place)
    with django_assert_max_num_queries(1):
        page = client.get(MAP).content.decode()
    assert len(re.findall("<rect ", page)) == 33
