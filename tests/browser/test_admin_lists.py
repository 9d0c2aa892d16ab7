"""Every list of the admin on a phone, as each role: nothing is wider than the window, and a thumb reaches all of it."""

import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from tests.browser.pages.visiting import sign_in
from tests.browser.test_audit import WAGTAILS_ERRORS
from tests.cms.walking import walk
from tests.factories import CommentFactory, UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

# A list that answers with its filters, and the registers of what leaves.
LIST = "#listing-results, .result-list"
# Outside of the admin, in its forms and in what its scripts ask for there is no list.
NO_LIST = re.compile(
    r"^/(?!admin/)|/(add\w*|edit\w*|new|create|delete|copy|move|bulk|unpublish|preview\w*|lock|chooser|inspect)/"
)
# What each role meets at least: so many lists, and this one.
LISTS = {
    "administration": (40, "/admin/users/"),
    "Animation": (30, "/admin/snippets/polls/poll/"),
    "Rédaction": (8, "/admin/snippets/veille/theme/"),
    "Secrétariat": (8, "/admin/snippets/committee/member/"),
    "Modération": (8, "/admin/snippets/participation/report/"),
    "Services": (4, "/admin/propositions-en-attente/"),
    "Accueil": (2, "/admin/saisies-sondages/reponses/"),
}
# Wagtail's frame hides what is wider than it: each thing in the list is asked. Its calendars and menus are folded.
FAULTS = """() => {
  const root = document.documentElement, list = document.querySelector('#listing-results, .result-list');
  const drawn = e => e.getClientRects().length > 0 && !e.closest('.w-sr-only, [hidden], .w-dropdown__content');
  const name = e => e.outerHTML.replace(/\\s+/g, ' ').slice(0, 120);
  const all = [...list.querySelectorAll('*')].filter(drawn);
  const wide = e => e.getBoundingClientRect().right > root.clientWidth + 1 || e.getBoundingClientRect().left < -1;
  const forThumbs = '.actions .button, .actions .w-dropdown__toggle, .title-wrapper a, td .button, thead a, summary';
  return [
    ...(root.scrollWidth > root.clientWidth ? ['the page is wider than the window'] : []),
    ...all.filter(wide).map(e => 'beside the window: ' + name(e)).slice(0, 3),
    ...all.filter(e => e.matches(forThumbs) && e.offsetHeight < 44)
      .map(e => `${e.offsetHeight} px: ${name(e)}`).slice(0, 3),
  ];
}"""


def role(name: str) -> User:
    person = UserFactory(is_superuser=name == "administration", is_staff=name == "administration")
    person.groups.set(Group.objects.filter(name=name))
    return person


def addresses_of_lists(person: User) -> list[str]:
    """Where the lists are to which links and menus lead `person`."""
    client = Client()
    client.force_login(person)
    visits = walk(client, past=NO_LIST)
    return [visit.address for visit in visits if visit.tree and visit.tree.select_one(LIST)]


@pytest.mark.parametrize("name", LISTS)
def test_each_list_fits_a_phone(demonstration, watched, live_server, name):
    person = role(name)
    addresses = addresses_of_lists(person)
    number, one = LISTS[name]
    assert one in addresses
    assert len(addresses) >= number
    faults = {}
    with watched(width=360, passed_over=WAGTAILS_ERRORS) as page:
        sign_in(page.context, person, live_server.url)
        for address in addresses:
            page.goto(address)
            if found := page.evaluate(FAULTS):
                faults[address] = found
    assert not faults


def test_a_list_that_does_not_fit_would_be_found(watched, live_server):
    """The control: the same list without its style sheet."""
    CommentFactory(state="recu")
    with watched(width=360) as page:
        sign_in(page.context, role("administration"), live_server.url)
        page.goto("/admin/snippets/participation/comment/")
        assert not page.evaluate(FAULTS)
        page.evaluate("document.querySelector('link[href*=admin-lists]').disabled = true")
        assert page.evaluate(FAULTS)
