"""Menu of the admin: entries of each role, their groups, and that each entry opens."""

import json
import re
from collections import Counter

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.admin.icons import get_icons

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

WATCH = "Actualités · Exemples · À lire · Sources · Thèmes de la veille"
COMPARISON = "Observations du comparatif · Grille et fichiers · Critères · Métropoles"
READING = (
    "Propositions à lire · Compléments à lire · Commentaires à lire · Textes signalés · Demandes de second regard · "
    "En attente de réponse"
)
DESK = "Une proposition · Un commentaire · Une réponse à un sondage · Un essai · Une fiche d’enquête · Saisies"
HELP = "Lieux d’aide · Signalements de lieux · Ateliers · Ressources pour apprendre"
COMMITTEE = (
    "Séances · Convocations · Membres · Sièges · Le vote d’un siège · Documents des membres · Programmes de travail · "
    "Indicateurs · Valeurs des indicateurs · Bilans · Qui participe"
)
GUIDE = {"Aide": "Guide · Raccourcis"}
WRITING = {"Actualités et veille": WATCH, "Comparatif": COMPARISON}
ANIMATION = {
    **WRITING,
    "Participation": f"{READING} · Réponses officielles · Modèles de réponse · Chaînes interrompues · "
    "Appels à propositions · Services de la ville",
    "Au guichet": DESK,
    "Terrain": "Campagnes d’essais · Constats des essais · Constats à traiter · Enquêtes de terrain · Sorties · "
    f"Textes des enquêtes · {HELP}",
    "Le comité": f"{COMMITTEE} · Sondages",
    "Lettre": "Aperçu de la lettre · Mots de la rédaction · Messages aux abonnés ou aux membres · "
    "Éditions de la lettre · Envois groupés · Chaque e-mail · Adresses écartées",
    "Médias": "Images · Documents",
}
# Role → group → entries, in order. Entries without a group are under "".
MENU = {
    "Accueil": {"": "Accueil", "Au guichet": DESK, **GUIDE},
    "Services": {
        "": "Accueil",
        "Participation": "En attente de réponse · Réponses officielles · Modèles de réponse · Chaînes interrompues",
        "Terrain": "Constats à traiter",
        **GUIDE,
    },
    "Modération": {
        "": "Accueil",
        "Participation": f"{READING} · Chaînes interrompues · Services de la ville",
        **GUIDE,
    },
    "Rédaction": {
        "": "Accueil · Pages",
        **WRITING,
        "Terrain": f"Textes des enquêtes · {HELP}",
        "Lettre": "Aperçu de la lettre · Mots de la rédaction · Messages aux abonnés ou aux membres",
        "Médias": "Images · Documents",
        "Réglages et rapports": "Règles de Redirection · Alerte et pages à la une",
        "Réglages et rapports › Rapports": "Historique du site · Pages vieillissantes · Liens qui échouent · "
        "Adresses introuvables · Recherches sans résultat",
        **GUIDE,
    },
    "Secrétariat": {
        "": "Accueil · Pages",
        "Participation": "Chaînes interrompues",
        "Terrain": "Enquêtes de terrain · Sorties",
        "Le comité": COMMITTEE,
        "Lettre": "Messages aux abonnés ou aux membres",
        "Médias": "Images · Documents",
        "Réglages et rapports": "Historique du site · Pages vieillissantes · Présences par siège · Liens qui échouent",
        **GUIDE,
    },
    "Animation": {
        "": "Accueil · Pages",
        **ANIMATION,
        "Réglages et rapports": "Relecture avant publication · Jours fériés, ville et e-mails · "
        "Règles de Redirection · Configuration du site · Alerte et pages à la une",
        "Réglages et rapports › Rapports": "Historique du site · Pages vieillissantes · Présences par siège · "
        "Liens qui échouent · Adresses introuvables · Recherches sans résultat · État du site",
        **GUIDE,
    },
    "administration": {
        "": "Accueil · Pages",
        **ANIMATION,
        "Réglages et rapports": "Relecture avant publication · Utilisateurs · Groupes · Sites · "
        "Jours fériés, ville et e-mails · Collections · Règles de Redirection · Configuration du site · "
        "Alerte et pages à la une",
        "Réglages et rapports › Rapports": "Pages verrouillées · Historique du site · Pages vieillissantes · "
        "Présences par siège · Liens qui échouent · Adresses introuvables · Recherches sans résultat · "
        "Journal de sécurité · Données personnelles · Noms à regarder · État du site",
        **GUIDE,
    },
}
NOT_ASKED_TWICE = {label for entries in MENU["Animation"].values() for label in entries.split(" · ")}


def sign_in(client, role):
    is_root = role == "administration"
    person = UserFactory(is_superuser=is_root, is_staff=is_root)
    if not is_root:
        person.groups.add(Group.objects.get(name=role))
    client.force_login(person)


def menu_of(client):
    """Returns the entries of the rendered menu: pairs of the group and the properties passed to Wagtail's script."""
    page = BeautifulSoup(client.get(reverse("wagtailadmin_home")).content, "html.parser")
    modules = json.loads(page.find(id="wagtail-sidebar-props").string)
    (main,) = [one for one in parts_of(modules) if one.get("_type") == "wagtail.sidebar.MainMenuModule"]
    return list(lines(main["_args"][0]))


def parts_of(value):
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts_of(part)


def lines(items, above=""):
    for item in items:
        about, *below = item["_args"]
        is_group = item["_type"] == "wagtail.sidebar.SubMenuItem"
        yield above, about | {"is_group": is_group}
        if is_group:
            yield from lines(below[0], f"{above} › {about['label']}".removeprefix(" › "))


def entries_of(client):
    return [(group, about) for group, about in menu_of(client) if not about["is_group"]]


@pytest.mark.parametrize("role", MENU)
def test_menu_entries_and_groups_of_each_role(client, role):
    sign_in(client, role)
    table = {}
    for group, about in entries_of(client):
        table[group] = f"{table[group]} · {about['label']}" if group in table else about["label"]
    assert table == MENU[role]


@pytest.mark.thorough
@pytest.mark.parametrize("role", MENU)
def test_each_role_can_open_its_menu_entries(client, role):
    """Administrators skip the entries tested with Animation. Wagtail redirects from the page tree and the settings."""
    sign_in(client, role)
    for _group, about in entries_of(client):
        if role == "administration" and about["label"] in NOT_ASKED_TWICE:
            continue
        page = client.get(about["url"], follow=True)
        assert page.status_code == 200, about
        assert page.request["PATH_INFO"].startswith(about["url"].partition("?")[0].partition("#")[0]), about


def test_labels_are_unique_without_digits_and_icons_exist(client):
    sign_in(client, "administration")
    found = menu_of(client)
    assert [label for label, times in Counter(about["label"] for _, about in found).items() if times > 1] == []
    assert [about["label"] for _, about in found if re.search(r"\d", about["label"])] == []
    assert [about["url"] for _, about in found if (about.get("url") or "").startswith("/admin/snippets/")] == []
    top = [about["label"] for group, about in found if not group]
    assert len(top) <= 12
    drawn = {*re.findall(r'id="icon-([\w-]+)"', get_icons())}
    assert [about["label"] for _, about in found if about["icon_name"] not in drawn] == []
    pictograms = [about["icon_name"] for group, about in found if not group]
    assert len({*pictograms}) == len(pictograms)


@pytest.mark.parametrize("pages", ["actualites", "exemples", "appels", "campagnes"])
def test_choosing_a_parent_requires_page_permissions(client, pages):
    user = UserFactory()
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    assert client.get(f"/admin/{pages}/choose_parent/").status_code in (302, 403)
