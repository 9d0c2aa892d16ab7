"""Lists of the admin on a phone: nothing overflows the window, and the most relevant column comes first.

The superuser sees each list with all of its columns; another test checks that no role has more lists.
"""

import re
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from tests.browser.pages.visiting import sign_in
from tests.browser.test_audit import WAGTAILS_ERRORS
from tests.cms.walking import OPENED_BY_SCRIPTS, START, links, read, text_of, walk
from tests.factories import CommentFactory, UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

ROLES = ("Animation", "Secrétariat", "Rédaction", "Modération", "Services", "Accueil")
LIST = "#listing-results, .result-list, table.listing"
# No lists outside of the admin, in its forms, in requests of its scripts; filters show the same list again.
NO_LIST = re.compile(
    r"^/(?!admin/)|/(add\w*|edit\w*|new|create|delete|copy|move|bulk|unpublish|preview\w*|lock|logout|choose\w*|choisir|inspect"
    r"|results|resultats)/|\?(?!state=|waiting=)"
)
# Column shown first on the card of a row, or "" if the title is enough.
FIRST_COLUMNS = {
    # Moderation, answers, the desk.
    "/admin/propositions/": "État",
    "/admin/commentaires/": "État",
    "/admin/complements/": "État",
    "/admin/textes-signales/": "Texte",
    "/admin/demandes-de-second-regard/": "Texte",
    "/admin/propositions-en-attente/": "Réponse annoncée pour le",
    "/admin/chaines-interrompues/": "Ce qui est interrompu",
    "/admin/reponses/": "Statut",
    "/admin/modeles-de-reponse/": "Décision",
    "/admin/services-de-la-ville/": "Adresse de contact",
    "/admin/saisies/": "État",
    "/admin/saisies-sondages/reponses/": "",
    # The committee.
    "/admin/membres/": "Rôle aujourd’hui",
    "/admin/sieges/": "Titulaire aujourd’hui",
    "/admin/documents-des-membres/": "Ajouté le",
    "/admin/programmes-de-travail/": "Adopté le",
    "/admin/seances/": "Jour",
    "/admin/presences/": "Présences",
    "/admin/convocations/": "Convocations envoyées",
    "/admin/convocations/0/": "Message",
    "/admin/sondages/": "État",
    "/admin/indicateurs/": "État",
    "/admin/valeurs-des-indicateurs/": "Valeur",
    "/admin/restitutions/": "Date de publication",
    "/admin/qui-participe/": "Dernier jour",
    # On the ground, and places of help.
    "/admin/enquetes-de-terrain/": "",
    "/admin/textes-des-enquetes/": "",
    "/admin/textes-des-enquetes/0/": "",
    "/admin/textes-des-enquetes/0/tous/": "",
    "/admin/constats/": "",
    "/admin/constats-a-traiter/": "",
    "/admin/sorties/": "",
    "/admin/lieux/": "",
    "/admin/signalements-de-lieux/": "",
    "/admin/ressources/": "",
    "/admin/ateliers/": "",
    # Mails.
    "/admin/lots/": "État",
    "/admin/envois/": "État",
    "/admin/adresses-ecartees/": "",
    "/admin/editions-de-la-lettre/": "État",
    "/admin/messages-aux-lecteurs/": "Statut",
    "/admin/mots-de-la-redaction/": "",
    # Content of editors, and reports on it.
    "/admin/pages/": "Statut",
    "/admin/pages/0/": "Statut",
    "/admin/pages/search/": "Statut",
    "/admin/pages/0/history/": "",
    "/admin/pages/0/usage/": "",
    "/admin/actualites/": "Statut",
    "/admin/exemples/": "Statut",
    "/admin/appels/": "Statut",
    "/admin/campagnes/": "Statut",
    "/admin/themes/": "",
    "/admin/constats-du-comparatif/": "État",
    "/admin/criteres/": "Publié le",
    "/admin/metropoles/": "Population",
    "/admin/a-lire/": "État",
    "/admin/sources/": "État",
    "/admin/images/": "",
    "/admin/images/usage/0/": "Champ",
    "/admin/documents/": "Utilisation",
    "/admin/documents/usage/0/": "Champ",
    "/admin/redirects/": "",
    "/admin/reports/locked/": "",
    "/admin/reports/site-history/": "Action",
    "/admin/reports/aging-pages/": "Dernière publication",
    "/admin/liens-qui-echouent/": "",
    "/admin/adresses-introuvables/": "",
    "/admin/recherches-sans-resultat/": "",
    "/admin/journal-de-securite/": "Date",
    "/admin/donnees-personnelles/": "Combien de temps",
    # Settings of the site.
    "/admin/etat-du-site/": "",
    "/admin/users/": "Groupes",
    "/admin/groups/": "",
    "/admin/sites/": "Nom du site",
    "/admin/collections/": "",
}
# Wagtail hides the overflow, so each element is checked. Its calendars, menus and side panels are collapsed.
FAULTS = """column => {
  const width = document.documentElement.clientWidth, faults = [];
  const folded = '.w-sr-only, [hidden], .w-dropdown__content, .form-side';
  const drawn = e => e.getClientRects().length > 0 && !e.closest(folded);
  const name = e => e.outerHTML.replace(/\\s+/g, ' ').slice(0, 120);
  const box = e => e.getBoundingClientRect();
  const all = [...document.querySelectorAll('main *')].filter(drawn);
  const say = (fault, found) => faults.push(...found.slice(0, 3).map(e => `${fault}: ${name(e)}`));
  if (document.documentElement.scrollWidth > width) faults.push('the page is wider than the window');
  say('beside the window', all.filter(e => box(e).width && (box(e).right > width + 1 || box(e).left < -1)));
  const clips = e => getComputedStyle(e).overflowX !== 'visible' && !e.matches('input, select');
  say('cut', all.filter(e => clips(e) && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1));
  const pen = document.createElement('canvas').getContext('2d');
  say('cut placeholder', all.filter(e => {
    if (!e.placeholder) return false;
    const style = getComputedStyle(e);
    pen.font = `${style.fontSize} ${style.fontFamily}`;
    const room = e.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return pen.measureText(e.placeholder).width > room;
  }));
  const named = '.listing td[data-label]:not(.title:has(> .title-wrapper))';
  const label = e => getComputedStyle(e, '::before').content;
  say('without the name of its column', all.filter(e => e.matches(named) && !label(e).includes(e.dataset.label)));
  const forThumbs = '.button, .actions .w-dropdown__toggle, .title-wrapper a, thead a, summary, #id_q, select';
  say('less than 44 px high', all.filter(e => e.matches(forThumbs) && box(e).height < 43.5));
  const rows = all.filter(e => e.matches('tbody tr, .listing > li'));
  if (rows.length && box(rows[0]).top > 740) faults.push(`the first row begins at ${box(rows[0]).top} px`);
  if (!column) return faults;
  for (const row of rows.filter(row => row.matches('tr'))) {
    const heads = [...row.closest('table').querySelectorAll('thead th')];
    const rank = heads.findIndex(head => head.textContent.trim().startsWith(column));
    if (rank < 0) return [...faults, `no column ${column}`];
    const [title, cell] = [row.querySelector('.title-wrapper') || row.querySelector('.title, td'), row.cells[rank]];
    const lines = (box(cell).top - box(title).bottom) / 21;
    if (drawn(cell) && box(cell).width && lines > 2.5) faults.push(`${lines} lines below the title: ${name(cell)}`);
  }
  return faults;
}"""


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def administrator() -> User:
    return UserFactory(is_superuser=True, is_staff=True)


def name_of(address: str) -> str:
    return re.sub(r"\d+", "0", urlsplit(address).path)


def test_lists_fit_a_phone_and_show_the_most_relevant_column_first(demonstration, watched, live_server):
    person = administrator()
    visits = walk(signed_in(person), past=NO_LIST)
    lists = [visit.address for visit in visits if visit.tree and visit.tree.select_one(LIST)]
    assert set(map(name_of, lists)) == set(FIRST_COLUMNS)
    faults = []
    with watched(width=360, passed_over=WAGTAILS_ERRORS) as page:
        sign_in(page.context, person, live_server.url)
        for address in lists:
            page.goto(address)
            faults += [f"{address}: {fault}" for fault in page.evaluate(FAULTS, FIRST_COLUMNS[name_of(address)])]
    assert not faults, "\n".join(faults)
    # Menus of the roles link to no other list.
    known = {name_of(visit.address) for visit in visits}
    for name in ROLES:
        officer = UserFactory()
        officer.groups.add(Group.objects.get(name=name))
        assert {name_of(address) for address in menu_of(officer) if not NO_LIST.search(address)} <= known


def menu_of(person: User) -> set[str]:
    """Returns the links of the dashboard and menu of `person`."""
    dashboard = signed_in(person).get(START)
    return {*links(read(dashboard), START), *OPENED_BY_SCRIPTS.findall(text_of(dashboard))}


def test_list_without_its_style_sheet_is_found(watched, live_server):
    """Control: the same list without its style sheet."""
    CommentFactory(state="recu")
    with watched(width=360) as page:
        sign_in(page.context, administrator(), live_server.url)
        page.goto("/admin/commentaires/")
        assert not page.evaluate(FAULTS, "État")
        assert page.evaluate(FAULTS, "No such column") == ["no column No such column"]
        page.evaluate("document.querySelector('link[href*=admin-lists]').disabled = true")
        assert page.evaluate(FAULTS, "État")
