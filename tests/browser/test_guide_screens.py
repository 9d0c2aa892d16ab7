"""Labels of the guide are on the screens that it describes: requests to the demonstration, without a browser.

A label is an entry of the menu of those for whom the chapter is, or on a screen of its section: their first page, what
the entries lead to, and `SCREENS`. `tests/home/test_guide.py` checks that each label exists at all; `make nightly`
plays the sections in a browser (mark `guide`).
"""

import html
import re
from collections.abc import Callable, Iterable
from functools import cached_property

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from cms.models import StandardPage
from committee.models import PartnerBodyPage, SessionPage
from fieldwork.models import Code, Outing, SurveyPage
from home.queries.guide import Chapter, chapter, chapters
from participation.models import CallPage, CityService
from tests.accounts.people import prove
from tests.browser.pages import ADMIN, FORMS
from tests.browser.pages.accounts import (
    ADMINISTRATION,
    ANIMATION,
    DESK,
    MODERATION,
    REDACTION,
    SECRETARIAT,
    SERVICES,
)
from tests.browser.pages.audited import Audited
from tests.factories import UserFactory
from tests.home.test_guide import OWN, plain_spaces
from tests.home.test_menu import menu_of

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

START = reverse("wagtailadmin_home")
OPENING = "ouvrir"
# Accounts for whom each chapter is: its labels are in their menus and on their first pages.
READERS = {
    "se-reperer": (ANIMATION, REDACTION),
    "animation": (ANIMATION, ADMINISTRATION),
    "redaction": (REDACTION,),
    "lettre": (REDACTION, ANIMATION),
    "secretariat": (SECRETARIAT,),
    "moderation": (MODERATION,),
    "reponses": (SERVICES, MODERATION),
    "accueil": (DESK,),
    "sondages": (ANIMATION,),
    "essais": (ANIMATION, SERVICES),
}


def screen(viewer: str, path: str | Callable[[], str]) -> Audited:
    """Returns a screen that is not in the audit list."""
    return Audited("", path, viewer=viewer)


def edit(model: type, prefix: str = "pages") -> Callable[[], str]:
    """Returns a URL function for the form of the first object."""
    middle = "{}/edit" if prefix == "pages" else "edit/{}"
    return lambda: f"{START}{prefix}/{middle.format(model.objects.order_by('pk').first().pk)}/"


def text_coding(path: str) -> Callable[[], str]:
    """Returns a URL function for a screen of the texts of a survey, from the first code."""
    return lambda: f"{START}textes-des-enquetes/{path.format(code=Code.objects.earliest('pk'))}/"


def open_survey(prefix: str) -> Callable[[], str]:
    def path() -> str:
        surveys = SurveyPage.objects.published().select_related("poll")
        return f"{START}{prefix}/{next(one.pk for one in surveys if one.poll.is_open(timezone.now()))}/"

    return path


def next_session() -> str:
    return SessionPage.objects.published().upcoming(timezone.now()).first().url


# Screens of a section besides the first page and those of its menu entries; a name is one of the audit list.
SCREENS = {
    "Ajouter un deuxième facteur": ("factors, none", "application", "recovery codes", screen(ANIMATION, "/compte/")),
    "Sur un téléphone": ("admin: news", "admin: workshop, new"),
    "Enregistrer, publier, programmer": ("admin: news",),
    "Faire relire une page, là où c’est demandé": (
        "admin: page to send to a second reader",
        "admin: page to read before publication",
    ),
    "Commenter et comparer une page": ("admin: news",),
    "Retirer ou retrouver une page": ("admin: news",),
    "Images et documents": (screen(REDACTION, "/admin/images/add/"), "admin: new document of the members"),
    "Régler le site": ("admin: settings of the site",),
    "Choisir les liens au bas des pages": (screen(ANIMATION, edit(StandardPage)),),
    "Écrire la déclaration d’accessibilité": ("admin: settings of the site",),
    "Ouvrir un appel à propositions": (screen(ANIMATION, edit(CallPage)),),
    "Le site vient d’être restauré": (screen(ANIMATION, "/admin/envois-actions/restauration/"),),
    "Fermer ou effacer un compte": ("admin: account to close or erase", screen(ADMINISTRATION, edit(User, "users"))),
    "Retirer un deuxième facteur perdu": ("admin: lost second factor",),
    "Publier une actualité": ("admin: news",),
    "Faire un titre, une liste ou un lien": ("admin: news",),
    "Publier un exemple de veille": ("admin: watch entry",),
    "Lire ce que publient les autres": ("admin: example to make of an item", "admin: reading list", "admin: sources"),
    "Comparer les métropoles": (
        *("admin: criterion", "admin: findings", "admin: finding, new", "admin: grid of the comparison"),
        "admin: finding to read over",
    ),
    "Coder les textes d’une enquête": (
        screen(REDACTION, text_coding("{code.question_id}")),
        screen(REDACTION, text_coding("{code.question_id}/tous")),
        screen(REDACTION, text_coding("codes/{code.pk}")),
    ),
    "Mettre une page à la une, ou une alerte": ("admin: alert and spotlight",),
    "Annoncer un atelier, signaler une ressource": ("admin: workshop, new", "admin: workshops", "admin: resources"),
    "Tenir à jour les lieux d’aide": ("admin: place", "admin: places", "admin: reports about places"),
    "Réparer ce qui ne mène nulle part": ("admin: news",),
    "Les blocs d’une page": ("admin: news",),
    "Ce que le site conseille": (screen("", "/"),),
    "Écrire le mot de la rédaction": ("admin: new words at the top",),
    "Envoyer un message aux abonnés": ("admin: preview of a message", "admin: message to the readers"),
    "Savoir ce qui est parti": ("admin: edition",),
    "Préparer une séance": ("admin: session", "admin: session to duplicate", screen(SECRETARIAT, next_session)),
    "Convoquer les membres": ("admin: convocations", "admin: call the members"),
    "Écrire aux membres": ("admin: message to the readers", "admin: new message to the readers"),
    "Noter les présences": ("admin: session", "admin: who was called", "sheet of attendance"),
    "Écrire et faire approuver le compte rendu": (
        *("minutes to write", "minutes to open", "minutes approved", "minutes to approve", "minutes of the sessions"),
        "admin: topic",
        screen(SECRETARIAT, reverse("committee:register")),
    ),
    "Tenir la liste des membres et des sièges": ("admin: member", "admin: members", "members' area"),
    "Passer le relais": ("admin: members", "handover"),
    "Voter et adopter le programme": ("admin: opening of the ballot",),
    "Tenir un sujet à jour": ("admin: topic", screen(SECRETARIAT, edit(PartnerBodyPage))),
    "Préparer une sortie d’enquête": (
        *("on the ground", "outing"),
        screen(SECRETARIAT, open_survey("enquetes-de-terrain")),
        screen(SECRETARIAT, "/admin/sorties/"),
        screen(SECRETARIAT, edit(Outing, "sorties")),
    ),
    "Publier le bilan d’une année": ("admin: report", "admin: measuring of a report"),
    "Suivre les indicateurs du comité": ("admin: indicators", "admin: indicator, new"),
    "Refuser un texte": ("admin: refuse",),
    "Relire ce qui a changé": ("admin: proposals to read",),
    "Écrire une réponse": (
        *("admin: choice of a template", "admin: new answer", "admin: answer"),
        screen(MODERATION, edit(CityService, "services-de-la-ville")),
    ),
    "Ce qu’une réponse doit dire": ("admin: answer",),
    "Relancer un service, changer l’état": ("admin: change of state", "admin: reminder"),
    "Saisir une proposition ou un commentaire": ("admin: enter a proposal", "admin: enter a comment"),
    "Donner le reçu": ("admin: receipt",),
    "Répondre à un sondage pour une personne": ("admin: answer for somebody",),
    "Quand la personne revient": ("admin: receipt", "admin: erase what is known of a person"),
    "Saisir un essai": ("admin: trial on a sheet",),
    "Saisir les fiches d’une enquête": (screen(DESK, open_survey("fiches-enquetes")),),
    "Préparer un sondage": ("admin: poll, new",),
    "Choisir la sorte de réponse": ("admin: poll, new",),
    "Ouvrir, fermer, lire les résultats": ("admin: polls", "admin: poll, draft", "admin: poll, open"),
    "Répondre à un constat": ("admin: findings of trials",),
}


# Labels of a later screen, after a form is sent, or of a state without rows in the demonstration.
LATER = {
    "Ce qui vous attend": {"Relectures"},
    "Enregistrer, publier, programmer": {"Enregistrer quand même ma version", "Prendre ce qui est enregistré"},
    "Faire relire une page, là où c’est demandé": {"Relectures", "Retirer de la relecture"},
    "Créer les sièges et les membres": {"Créer ces membres"},
    "Retirer un deuxième facteur perdu": {"Il est perdu…", "Retirer le deuxième facteur"},
    "Régler le site": {"Avant l’ouverture du site"},
    "Surveiller les e-mails": {"Écrire de nouveau…"},
    "Voir si le site fonctionne": {"Dernières erreurs", "Pages d’une panne"},
    "Le site vient d’être restauré": {
        *("Le site a été restauré : des e-mails sont retenus", "E-mails retenus", "Ils ne partent jamais"),
        *("Ils partent maintenant", "Désormais, lettres et rappels repartent d’eux-mêmes"),
    },
    "Lire ce que publient les autres": {"Lire maintenant", "Mettre en pause"},
    "Tenir à jour les lieux d’aide": {"Importer ces lieux"},
    "Réparer ce qui ne mène nulle part": {"Créer une redirection"},
    "Envoyer un message aux abonnés": {"Envoyer dans cinq minutes", "Tout de suite", "Envoyer à cette date"},
    "Savoir ce qui est parti": {"Reprendre…"},
    "Préparer une séance": {"Envoyer l’annulation…", "Dire ce qui a changé…"},
    "Convoquer les membres": {"Envoyer la convocation dans cinq minutes", "Tout de suite", "Prévenu autrement"},
    "Écrire aux membres": {"Imprimer leur courrier"},
    "Écrire et faire approuver le compte rendu": {"Projet de compte rendu, en attente d’approbation"},
    "Passer le relais": {"Donner ces droits"},
    "Voter et adopter le programme": {"Adopter…", "Saisir le vote", "Compter ce vote"},
    "Préparer une sortie d’enquête": {"Annuler cette sortie"},
    "Publier le bilan d’une année": {"Publier…"},
    "Suivre les indicateurs du comité": {"Inscrire pour toujours", "Revenir au formulaire"},
    "Refuser un texte": {"Refuser et envoyer l’e-mail"},
    "Saisir une proposition ou un commentaire": {"Oui, ce nom sera public"},
    "Quand la personne revient": {"Demander un second regard…"},
    "Saisir les fiches d’une enquête": {"Corriger", "Enregistrer et passer à la suivante"},
    "Ouvrir, fermer, lire les résultats": {"Remettre en brouillon…"},
}


def texts_of(content: str) -> set[str]:
    """Returns the texts and quoted values of a page, those of its scripts too, without the menu of the admin.

    Of a text like « Ajouter : indicateur », the beginning alone counts too.
    """
    content = re.sub(r'<script id="wagtail-sidebar-props".*?</script>', "", content, flags=re.DOTALL)
    content = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), html.unescape(content))
    texts = {plain_spaces(text) for text in re.findall(r"""(?<=[>"'])[^<>"']+(?=[<"'])""", html.unescape(content))}
    return texts | {text.partition(" : ")[0] for text in texts}


class Reader:
    """Account that opens screens, each once."""

    def __init__(self, user: User | None) -> None:
        self.client = Client()
        self.texts: dict[str, set[str]] = {}
        if user:
            self.client.force_login(user)
            prove(self.client, user, method="mfa")

    @cached_property
    def menu(self) -> dict[str, str]:
        """Returns the path of labels of each entry → its URL, "" for a group."""
        entries = [(f"{group} › {entry['label']}", entry.get("url", "")) for group, entry in menu_of(self.client)]
        return {plain_spaces(path.removeprefix(" › ")): url for path, url in entries}

    def texts_at(self, address: str) -> set[str]:
        if address not in self.texts:
            response = self.client.get(address, follow=True)
            assert response.status_code == 200, f"{address} answered {response.status_code}"
            # Without the permission, Wagtail redirects to its first page.
            assert address == START or response.request["PATH_INFO"] != START, f"{address} may not be opened"
            self.texts[address] = texts_of(response.content.decode())
        return self.texts[address]


def labels_elsewhere(about: Chapter, readers: list[Reader], more: Callable[[str], Iterable[set[str]]]) -> dict:
    """Returns section → labels that are neither in the menus of `readers` nor on a screen; `more` gives other texts."""
    entries = {entry for reader in readers for path in reader.menu for entry in (path, path.rpartition(" › ")[2])}
    missing = {}
    parts = re.split(r"(?=<h2)", about.html)[-len(about.sections) :]
    for section, part in zip(about.sections, parts, strict=True):
        title = section.heading.title
        paths = [" ".join(html.unescape(path).split()) for path in re.findall(r"<b>(.+?)</b>", part)]
        seen = set().union(*more(title))
        for reader in readers:
            named = {reader.menu.get(plain_spaces(path)) for path in paths} - {None, ""}
            seen = seen.union(*(reader.texts_at(address) for address in (START, *named)))
        labels = {one.strip() for path in paths if plain_spaces(path) not in entries for one in path.split("›")}
        missing[title] = {label for label in labels if plain_spaces(label) not in seen}
    return missing


def expected(*about: Chapter) -> dict[str, set[str]]:
    return {section.heading.title: LATER.get(section.heading.title, set()) for one in about for section in one.sections}


def test_labels_of_each_section_are_on_its_screens(demonstration):
    audited = {one.name: one for one in (*ADMIN, *FORMS)}
    readers: dict[str, Reader] = {}

    def reader(email: str) -> Reader:
        if email not in readers:
            readers[email] = Reader(get_user_model().objects.get(email=email) if email else None)
        return readers[email]

    def more(title: str) -> Iterable[set[str]]:
        for one in SCREENS.get(title, ()):
            found = audited[one] if isinstance(one, str) else one
            yield reader(found.viewer).texts_at(found.address())

    written = [one for one in chapters() if one.slug != OPENING]
    missing = {}
    for one in written:
        missing |= labels_elsewhere(one, [reader(email) for email in READERS[one.slug]], more)
    teams = {*OWN}
    assert {title: labels - teams for title, labels in missing.items()} == expected(*written)
    assert {*SCREENS} <= {*missing}


def test_labels_of_the_opening_are_on_its_screens(audit_settings, settings):
    """On an empty site: the page of the steps, and the pages to which they lead."""
    settings.DEMONSTRATION = False
    person = UserFactory()
    person.groups.add(Group.objects.get(name="Animation"))
    reader = Reader(person)
    steps = BeautifulSoup(reader.client.get(reverse("opening")).content, "html.parser")
    addresses = [reverse("opening"), *{link["href"] for link in steps.select("main a[href^='/admin/']")}]
    about = chapter(OPENING)
    missing = labels_elsewhere(about, [reader], lambda title: [reader.texts_at(address) for address in addresses])
    assert missing == expected(about)
