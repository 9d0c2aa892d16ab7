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


def said() -> dict[str, str]:
    return {str(row.label): row.cells[0] for row in map_of_proposals().rows}


def test_a_commune_counts_its_proposals_and_the_city_those_of_its_districts():
    for place in ("Schiltigheim", "Neudorf", "Gare", "Strasbourg", "", CITY.former_places[0]):
        ProposalFactory(district=place)
    assert said() == {"Strasbourg": "3", "Schiltigheim": "1", CITY.former_places[0]: "1"}
    assert "1\u00a0proposition n’indique pas de lieu" in map_of_proposals().notes[-1].replace(" ", "\u00a0", 1)


@pytest.mark.parametrize("state", [state for state in Proposal.State if state not in Proposal.PUBLIC_STATES])
def test_what_readers_do_not_see_is_not_counted(client, state):
    ProposalFactory(district="Ostwald", state=state)
    assert said() == {}
    assert "Ostwald" not in client.get(MAP).content.decode()


def test_each_number_leads_to_a_list_of_as_many(client):
    for place in ("Schiltigheim", "Neudorf", "Gare", "Hœnheim"):
        ProposalFactory(district=place)
    page = client.get(MAP).content.decode()
    for place, number in said().items():
        address = f"{LIST}?quartier={quote(place)}"
        assert f'href="{address}"' in page
        assert client.get(address).context["count"] == int(number)
    assert 'href="/propositions/carte/"' in client.get(LIST).content.decode()


def test_the_page_costs_the_same_for_one_and_for_many(client, django_assert_max_num_queries):
    client.get(MAP)
    for place in ("Schiltigheim", "Neudorf", "Gare", "Hœnheim") * 3:
        ProposalFactory(district=place)
    with django_assert_max_num_queries(1):
        page = client.get(MAP).content.decode()
    assert len(re.findall("<rect ", page)) == 33
