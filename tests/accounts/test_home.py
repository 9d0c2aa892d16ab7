"""Home page of the account."""

import pytest
from django.urls import reverse

from tests.factories import MandateFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_page_asks_to_sign_in(client):
    assert client.get("/compte/").url == "/compte/connexion/?next=/compte/"


def test_the_page_says_who_one_is_and_leads_to_what_other_apps_hold(client, user):
    client.force_login(user)
    page = client.get("/compte/").content.decode()
    assert user.public_name in page
    assert user.email in page
    assert reverse("participation:contributions") in page
    assert reverse("digests:preferences") in page
    assert "/admin/" not in page.partition("<main")[2].partition("</main")[0]


def test_an_editor_finds_the_way_to_the_admin(client, editor_of):
    client.force_login(editor_of("Rédaction"))
    assert 'href="/admin/"' in client.get("/compte/").content.decode()


def test_the_page_says_and_changes_the_commune(client, user):
    client.force_login(user)
    assert "Non indiquée" in client.get("/compte/").content.decode()
    client.post("/compte/commune/", {"commune": "67447"})
    page = client.get("/compte/").content.decode()
    assert "Schiltigheim" in page
    assert 'href="/compte/commune/"' in page


def test_only_a_member_may_show_the_address(client, user):
    client.force_login(user)
    assert "E-mail, jamais affiché" in client.get("/compte/").content.decode()
    client.force_login(MandateFactory(member__user=UserFactory()).member.user)
    assert "caché sauf si vous choisissez" in client.get("/compte/").content.decode()


def test_one_changes_ones_name(client, user):
    client.force_login(user)
    assert client.post("/compte/nom/", {"public_name": " Odile M. "}).url == "/compte/"
    user.refresh_from_db()
    assert user.public_name == "Odile M."


def test_a_name_that_dresses_up_is_refused(client, user):
    client.force_login(user)
    answer = client.post("/compte/nom/", {"public_name": "<i>Mairie</i>"})
    assert "Écrivez votre nom" in answer.content.decode()


def test_the_page_costs_few_queries(client, user, django_assert_max_num_queries):
    client.force_login(user)
    client.get("/compte/")
    with django_assert_max_num_queries(12):
        client.get("/compte/")
