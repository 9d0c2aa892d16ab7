"""Public names: who tries to pass for the site, to give an address or to hide what is written."""

import pytest
from django.core.exceptions import ValidationError

from accounts.forms.profile import PublicNameForm
from accounts.models import validate_public_name

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
    *("Eurométropole de Strasbourg", "Compte officiel", "Rapporteur", "Webmestre", "Support"),
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
def test_the_names_of_people_are_taken(name):
    validate_public_name(name)


@pytest.mark.parametrize("name", OFFICES)
def test_nobody_speaks_for_the_site(name):
    with pytest.raises(ValidationError, match="parlerait au nom du site"):
        validate_public_name(name)


@pytest.mark.parametrize("name", ADDRESSES)
def test_no_name_is_an_address(name):
    with pytest.raises(ValidationError, match="sans adresse"):
        validate_public_name(name)


@pytest.mark.parametrize("name", DISGUISES)
def test_what_is_read_is_what_is_written(name):
    with pytest.raises(ValidationError, match="seulement"):
        validate_public_name(name)


def test_the_form_of_a_name_says_why():
    form = PublicNameForm({"public_name": "Modération"})
    assert "parlerait au nom du site" in form.errors["public_name"][0]
