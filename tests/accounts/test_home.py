"""Home page of the account."""

import pytest
from django.urls import reverse

from accounts.forms.profile import CommuneForm
from accounts.models import User
from tests.factories import MandateFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_page_requires_sign_in(client):
    assert client.get("/compte/").url == "/compte/connexion/?next=/compte/"


def test_page_shows_name_and_email_and_links_to_other_apps(client, user):
    client.force_login(user)
    page = client.get("/compte/").content.decode()
    assert user.public_name in page
    assert user.email in page
    assert reverse("participation:contributions") in page
    assert reverse("digests:preferences") in page
    assert "/admin/" not in page.partition("<main")[2].partition("</main")[0]


def test_editor_has_a_link_to_the_admin(client, editor_of):
    client.force_login(editor_of("Rédaction"))
    assert 'href="/admin/"' in client.get("/compte/").content.decode()


def test_commune_is_shown_and_can_be_changed(client, user):
    client.force_login(user)
    assert "Non indiquée" in client.get("/compte/").content.decode()
    client.post("/compte/commune/", {"commune": "67447"})
    page = client.get("/compte/").content.decode()
    assert "Schiltigheim" in page
    assert 'href="/compte/commune/"' in page


def test_commune_is_saved_without_other_fields_that_changed_meanwhile(client, user, monkeypatch):
    is_valid = CommuneForm.is_valid

    def is_valid_after_another_change(self):
        User.objects.filter(pk=user.pk).update(public_name="Odile N.")
        return is_valid(self)

    monkeypatch.setattr(CommuneForm, "is_valid", is_valid_after_another_change)
    client.force_login(user)
    client.post("/compte/commune/", {"commune": "67447"})
    user.refresh_from_db()
    assert (user.commune, user.public_name) == ("67447", "Odile N.")


def test_only_members_can_choose_to_show_their_email(client, user):
    client.force_login(user)
    assert "E-mail, jamais affiché" in client.get("/compte/").content.decode()
    client.force_login(MandateFactory(member__user=UserFactory()).member.user)
    assert "caché sauf si vous choisissez" in client.get("/compte/").content.decode()


def test_user_can_change_their_name(client, user):
    client.force_login(user)
    assert client.post("/compte/nom/", {"public_name": " Odile M. "}).url == "/compte/"
    user.refresh_from_db()
    assert user.public_name == "Odile M."


def test_name_with_markup_is_refused(client, user):
    client.force_login(user)
    answer = client.post("/compte/nom/", {"public_name": "<i>Mairie</i>"})
    assert answer.status_code == 422
    assert "Écrivez votre nom" in answer.content.decode()


def test_the_page_costs_few_queries(client, user, django_assert_max_num_queries):
    client.force_login(user)
    client.get("/compte/")
    with django_assert_max_num_queries(12):
        client.get("/compte/")
