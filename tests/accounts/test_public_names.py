"""Public names: refusal of impersonation of the site, of addresses and of disguised characters."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import User, may_identify, names, validate_public_name
from accounts.models.names import speaks_for_others
from accounts.queries import accounts_with_doubtful_names
from accounts.services.accounts import create_verified_user
from common.city import CITY
from tests.factories import UserFactory

PEOPLE = (
    *(
        "Odile M.",
        "J.R. Martin",
        "Jean-Paul D’Alsace",
        "Inès R.",
        "Łukasz Żółć",
        "Øyvind",
        "Işık K.",
        "Ngọc Ánh",
        "Zoé 👩",
    ),
    *("Ольга П.", "Γιώργος", "محمد", "李小龙", "Usager 12", "Mme O’Brien", "Modeste R.", "Amina S.", "Admirable B."),
)
OFFICES = (
    *(
        "Modération",
        "MODERATRICE",
        "M o d é r a t i o n",
        "Modé-ration du site",
        "M0dérati0n",
        "L’équipe",
        "Admin",
        "Mairie",
    ),
    *(
        "Administrateur",
        "Secrétariat du comité",
        "Le Comité",
        "Rédaction",
        "Accueil",
        "Services",
        "Coordinatrice",
        "adm1n",
    ),
    *("Eurométropole de Strasbourg", "Compte officiel", "Rapporteur", "Webmestre", "Support", "Ville de Strasbourg"),
    *("Strasbourg", "Participer Strasbourg", "Maire de Strasbourg", "La maire", "Mme la maire", "Adjoint au maire"),
    *("Paul, adjoint au maire", "Paul, maire de Strasbourg", "Élue", "Municipalité", "Hôtel de ville", "Préfecture"),
    *("Conseil municipal", "Police municipale", "Agent municipal", "Service numérique", "Secrétaire", "Président"),
    *("Direction", "Animatrice", "Rédacteur", "DPO", "Assistance technique", "Compte 12", "M a i r e"),
    *("Cabinet du maire", "Médiateur", "Déléguée à la protection des données", "Défenseur des droits"),
    *("CAF du Bas-Rhin", "CPAM", "Impôts", "France Travail", "CNIL", "Service client", "noreply", "Ne pas répondre"),
    # Shown by pages in place of a name, or read as nobody's.
    *("Compte supprimé", "Ancien membre", "Une personne", "deleted account", "Someone", "Anonyme", "Visiteur 12"),
    # Similar letters.
    *("Cornité", "Adrnin", "Admıne", "Équlpe", "Vi11e de Strasbourg", "AdjoInt au malre", "Rédactlon"),
)
ADDRESSES = (
    "odile@courriel.example",
    "odile (at) www.exemple.fr",
    "https://exemple.fr",
    "exemple.fr",
    "Odile exemple.com",
)
DISGUISES = (
    *(
        "Odi\u200ble",
        "Odile\u200d",
        "\u2060Odile",
        "Odile\ufeff",
        "Odi\u00adle",
        "\u202eelidO",
        "Odile\u2028M.",
        "a\x07b",
    ),
    # A Cyrillic « о », a Greek « Ο », full width, mathematical, small capitals.
    *("a\x07b", "Оdile", "Mοna", "Ｏｄｉｌｅ", "𝐎𝐝𝐢𝐥𝐞", "ᴏᴅɪʟᴇ", "<b>Zoé</b>", "", " \u3164 "),
)


@pytest.mark.parametrize("name", PEOPLE)
def test_names_of_people_are_accepted(name):
    validate_public_name(name)


def test_a_first_name_with_a_surname_is_accepted():
    surnames = (Path(__file__).parent / "surnames.txt").read_text().split()
    assert len(set(surnames)) == 200
    firsts = ("Paul", "Anne-Marie", "Zoé", "P.")
    assert [name for one in surnames for first in firsts if speaks_for_others(name := f"{first} {one}")] == []


def test_official_names_are_refused():
    assert [name for name in OFFICES if not speaks_for_others(name)] == []


def test_names_of_the_configured_city_are_refused(monkeypatch):
    monkeypatch.setattr(names, "CITY", replace(CITY, name="Saint-Denis", institution="Ville de Saint-Denis"))
    assert all(speaks_for_others(name) for name in ("Saint-Denis", "Maire de Saint-Denis"))
    assert not any(speaks_for_others(name) for name in ("Denis Maire", "Odile de Strasbourg", "Strasbourg"))


@pytest.mark.parametrize("name", ADDRESSES)
def test_addresses_are_refused(name):
    with pytest.raises(ValidationError, match="sans adresse"):
        validate_public_name(name)


@pytest.mark.parametrize("name", DISGUISES)
def test_misleading_characters_are_refused(name):
    with pytest.raises(ValidationError, match="seulement"):
        validate_public_name(name)


REFUSED = "parlerait au nom du site"
OF_TEAM = "Une personne de l’équipe porte ce nom"


@pytest.mark.django_db
class TestEachForm:
    @pytest.fixture
    def administrator(self):
        return UserFactory(is_staff=True, is_superuser=True)

    @pytest.fixture
    def ines(self, editor_of):
        agent = editor_of("Animation")
        User.objects.filter(pk=agent.pk).update(public_name="Inès R.")
        return agent

    @pytest.mark.parametrize(("name", "reason"), [("Élue", REFUSED), ("lnes R", OF_TEAM)])
    def test_refused_name_creates_no_account(self, client, ines, name, reason):
        page = client.post("/compte/creer/", {"email": "odile@courriel.example", "public_name": name})
        assert reason in page.text
        assert "nous pouvons l’autoriser" in page.text
        assert not User.objects.filter(email="odile@courriel.example").exists()

    @pytest.mark.parametrize(("name", "reason"), [("Élue", REFUSED), ("Inès R.", OF_TEAM)])
    def test_name_is_refused_in_the_form_of_the_account(self, client, user, ines, name, reason):
        client.force_login(user)
        assert reason in client.post("/compte/nom/", {"public_name": name}).text

    def test_unchanged_name_is_accepted(self, client, user, ines):
        User.objects.filter(pk=user.pk).update(public_name="La maire")
        for account, name in ((user, "La maire"), (ines, "Inès R.")):
            client.force_login(account)
            assert client.post("/compte/nom/", {"public_name": name}).status_code == 302
            account.refresh_from_db()
            account.full_clean(exclude=["password"])

    def test_exception_is_valid_for_one_name_only(self, client, user):
        User.objects.filter(pk=user.pk).update(public_name="La maire", public_name_allowed=True)
        client.force_login(user)
        assert REFUSED in client.post("/compte/nom/", {"public_name": "Préfecture"}).text
        client.post("/compte/nom/", {"public_name": "Odile M."})
        assert User.objects.values_list("public_name", "public_name_allowed").get(pk=user.pk) == ("Odile M.", False)

    def test_admin_refuses_the_name_unless_it_is_allowed_explicitly(self, client, administrator):
        client.force_login(administrator)
        address, data = reverse("wagtailusers_users:add"), {"email": "o@courriel.example", "public_name": "Élue"}
        assert REFUSED in client.post(address, data).text
        client.post(address, data | {"public_name_allowed": "on"})
        assert User.objects.get(email="o@courriel.example").public_name_allowed

    def test_service_and_command_refuse_the_name_unless_it_is_allowed(self):
        new = {"email": "o@courriel.example", "public_name": "Élue"}
        with pytest.raises(ValidationError, match=REFUSED):
            create_verified_user(**new)
        with pytest.raises(CommandError, match=REFUSED):
            call_command("create_editor", *new.values())
        call_command("create_editor", *new.values(), "--allow-name")
        assert User.objects.get().public_name_allowed

    def test_doubtful_existing_names_are_listed_for_administrators(
        self, client, administrator, ines, django_assert_num_queries
    ):
        listed = [UserFactory(public_name=name).pk for name in ("Ines R", "La maire")]
        UserFactory(public_name="Odile M."), UserFactory(public_name="Maire", public_name_allowed=True)
        with django_assert_num_queries(3):
            assert [user.pk for user in accounts_with_doubtful_names()] == listed
        client.force_login(administrator)
        page = client.get(reverse("public_names:index")).text
        assert all(reverse("wagtailusers_users:edit", args=[pk]) in page for pk in listed)
        client.force_login(ines)
        assert client.get(reverse("public_names:index")).status_code == 302


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Odile M.", False),
        ("Jean-Pierre M.", False),
        ("Léo", False),
        ("Mme B.", False),
        ("Yvette Schmitt", True),
        ("Guy Roy", True),
        ("Yvette S., 12 rue du Bain", True),
        ("Odile M. 67", True),
    ],
)
def test_two_long_words_or_a_digit_identify_a_person(name, expected):
    assert may_identify(name) is expected
