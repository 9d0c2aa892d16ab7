"""Withdrawn observations: kept with the reason, listed among the corrections, shown nowhere else."""

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cms.admin.dashboard import snippet_url
from common.shown import BY_PROGRAM
from tests.bulk import confirm
from tests.veille.benchmark import editor, make_city, make_criterion, published, recorded
from veille.benchmark.queries import grid_state
from veille.benchmark.services import withdraw
from veille.errors import ObservationRefused
from veille.models import Observation, Withdrawal

pytestmark = pytest.mark.django_db
REASON = "La source parlait d’une autre ville."


@pytest.fixture
def cell():
    return make_city("Lyon", is_ours=True), make_criterion(slug="guichet")


def withdraw_observation(observation, **changes):
    plain = {"reason": REASON, "by": editor(), "shown": BY_PROGRAM, "now": timezone.now()}
    withdraw(**{"observation": observation} | plain | changes)


def test_withdrawn_observation_is_listed_among_the_corrections_only(client, cell):
    observation = published(*cell, "oui")
    withdraw_observation(observation)
    assert Observation.objects.published().get() == observation
    assert not Observation.objects.current().exists()
    assert not Observation.objects.last_written().exists()
    [state] = grid_state(timezone.localdate())
    assert (state.published, state.missing) == (0, [cell[0]])
    page = BeautifulSoup(client.get("/veille/comparatif/guichet/").content, "html.parser")
    assert cell[0].name in page.main.text.replace("\xa0", " ").partition("Non renseigné :")[2]
    assert page.select_one(".compare-list") is None
    assert REASON in page.select_one("section[aria-labelledby=corrections]").text
    table = client.get("/veille/comparatif/guichet/tableau.csv").getvalue().decode()
    assert len(table.splitlines()) == 1
    assert observation.source_url not in client.get("/veille/comparatif/").content.decode()


def test_withdrawn_observation_can_be_replaced(client, cell):
    withdraw_observation(published(*cell, "oui"))
    assert recorded(*cell, "oui", reason="Nous avons la bonne source.") is not None
    Observation.objects.waiting().delete()
    second = published(*cell, "non", reason="Nous avons la bonne source.")
    assert list(Observation.objects.current()) == [second]
    assert REASON in client.get("/veille/comparatif/guichet/").content.decode()


def test_only_current_observations_can_be_withdrawn_and_only_once(cell):
    waiting = recorded(*cell)
    for observation in (waiting, published(make_city("Nantes"), cell[1])):
        if observation == waiting:
            with pytest.raises(ObservationRefused):
                withdraw_observation(observation)
            continue
        withdraw_observation(observation)
        with pytest.raises(ObservationRefused):
            withdraw_observation(observation)
    first = published(make_city("Lille"), cell[1], "oui")
    published(first.city, first.criterion, "non", reason="Le site a fermé.")
    with pytest.raises(ObservationRefused):
        withdraw_observation(Observation.objects.get(pk=first.pk))
    assert Withdrawal.objects.count() == 1


def test_database_requires_a_reason(cell):
    observation = published(*cell)
    with pytest.raises(IntegrityError), transaction.atomic():
        Withdrawal.objects.create(observation=observation, reason="", withdrawn_at=timezone.now())


@pytest.mark.one_database
def test_editor_withdraws_an_observation_with_a_reason(client, cell, editor_of):
    observation = published(*cell)
    client.force_login(editor_of("Rédaction"))
    url = snippet_url(Observation, "withdraw", observation.pk)
    assert url in client.get(snippet_url(Observation, "list")).content.decode()
    explained = client.get(url).content.decode()
    assert "La page du critère cite l’observation comme retirée" in explained
    assert "aucune page ne la montre plus" not in explained
    assert client.post(url, {"reason": ""}).status_code == 422
    assert not Withdrawal.objects.exists()
    page = confirm(client, url, {"reason": REASON}, follow=True).content.decode()
    assert "Retiré" in page
    assert url not in page
    assert Withdrawal.objects.get().reason == REASON
    history = client.get(reverse("wagtailsnippets_veille_observation:history", args=[observation.pk])).content.decode()
    assert "Observation retirée" in history


@pytest.mark.one_database
def test_other_groups_cannot_withdraw_observations(client, cell, editor_of):
    observation = published(*cell)
    client.force_login(editor_of("Modération"))
    client.post(snippet_url(Observation, "withdraw", observation.pk), {"reason": REASON})
    assert not Withdrawal.objects.exists()
