"""French admin without broken links: a crawl as each role.

The crawls are in the second tier; their controls are in the first.
"""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission
from django.db.models import BooleanField
from django.urls import reverse
from django.utils.translation import override
from wagtail.snippets.models import get_snippet_models

from cms.admin.visibility import CLOSED
from cms.models import NewsIndexPage
from committee.models import Member
from fieldwork.models import Finding
from mailing.models import Batch
from participation.models import Comment, Proposal
from tests.cms import walking
from tests.cms.english import clumsy_of, english_in
from tests.cms.factories import make_document, make_image
from tests.cms.walking import walk
from tests.factories import (
    CallPageFactory,
    CityServiceFactory,
    CommentFactory,
    NewsPageFactory,
    ProposalFactory,
    ReadingItemFactory,
    SessionPageFactory,
    SourceFactory,
    TopicPageFactory,
    UserFactory,
    VeilleEntryPageFactory,
)
from tests.fieldwork.trial_factories import FindingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def things(db, settings, tmp_path):
    """One object of each kind shown by the admin."""
    settings.MEDIA_ROOT = tmp_path
    make_image()
    make_document()
    NewsPageFactory(title="Une actualité").save_revision()
    for factory in (SessionPageFactory, TopicPageFactory, CallPageFactory, VeilleEntryPageFactory):
        factory(title="Un titre")
    ProposalFactory(title="Une proposition", state=Proposal.State.RECEIVED)
    ProposalFactory(asked_service=CityServiceFactory())
    FindingFactory(state=Finding.State.SENT)
    ReadingItemFactory(source=SourceFactory())
    CommentFactory(state=Comment.State.RECEIVED)
    Member.objects.create(name="Odile M.")


@pytest.fixture
def role(client, things):
    """Returns a function that signs in as a role of the guide, or as the superuser."""

    def sign_in(name):
        person = UserFactory(is_superuser=name == "administration", is_staff=name == "administration")
        person.groups.set(Group.objects.filter(name=name))
        client.force_login(person)

    return sign_in


@pytest.mark.thorough
@pytest.mark.parametrize(
    "name", ["Rédaction", "Secrétariat", "Modération", "Services", "Accueil", "Animation", "administration"]
)
def test_admin_is_in_french_without_broken_links_for_each_role(client, role, name):
    role(name)
    visits = walk(client)
    assert len(visits) > 2
    assert not {visit.address: visit.english for visit in visits if visit.english}
    assert not {visit.address: visit.clumsy for visit in visits if visit.clumsy}
    # A breadcrumb of Wagtail's leads to a closed report: the dashboard then says why it is closed.
    closed = {reverse(view) for view in CLOSED if view.startswith("wagtailadmin_reports:")}
    broken = [visit for visit in visits if visit.is_broken_link and visit.address not in closed]
    assert not {visit.address: (visit.status, visit.found_on) for visit in broken}


def test_crawl_fails_if_addresses_are_left_at_its_limit(client, role, monkeypatch):
    """Control: a crawl that stopped early would report no fault of the pages it never opened."""
    role("Accueil")
    monkeypatch.setattr(walking, "MAX_VISITS", 2)
    with pytest.raises(AssertionError, match=r"\d+ kinds of URLs are left after 2 visits"):
        walk(client)


def test_english_words_are_detected(client, role):
    """Control: the same page in English."""
    role("administration")
    with override("en"):
        html = client.get(reverse("wagtailimages:index")).content
    assert not english_in(html), "the admin follows its own setting"
    assert english_in(b"<title>Images</title><body><a title='Edit this page'>x</a><p>Choose an image</p></body>") == [
        "Choose an image",
        "Edit this page",
    ]


def test_no_list_shows_a_boolean_as_true_or_false():
    """Wagtail's default cell would show “True”."""
    plain = set()
    for model in get_snippet_models():
        columns = model.snippet_viewset.list_display
        listed = {one for one in columns if isinstance(one, str)} if isinstance(columns, list | tuple) else set()
        names = {field.name for field in model._meta.fields if isinstance(field, BooleanField)}
        plain |= {(model._meta.label, name) for name in names & listed}
    assert plain == set()


@pytest.mark.parametrize(
    "text",
    [
        *("Link text", "Email address", "Subject", "Body", "Phone number", "Root", "True", "False", "Reports", "None"),
        *("Site name", "Root page", "Status :", "home.homepage", "Role"),
        "Le nom de la page comme elle apparaîtra dans l'URL e.g http://domain.com/blog/[my-slug]/",
    ],
)
def test_untranslated_messages_of_libraries_are_detected(text):
    """Controls: each occurred on a page."""
    assert english_in(f"<p>{text}</p>") == [text]


@pytest.mark.parametrize(
    "text",
    [
        *("Aucun(e) commentaires ne correspond", "Ce(tte) membre est référencé(e) 2 fois", "Nouvel(le) : Membre"),
        *("Inspecter ce/cette e-mail", "Fragments", "1-20 sur 60 None", "Il y a 0 minute", "Choisir sondage"),
        *("Retourner à la liste de édition", "Pourquoi ne pas en transférer un(e) maintenant ?"),
        *("Slug", "Balise titre", "Méta-description"),
    ],
)
def test_clumsy_french_is_detected(text):
    """Controls: each occurred on a page."""
    assert clumsy_of(BeautifulSoup(f"<p>{text}</p>", "html.parser")) == [text]


@pytest.mark.parametrize("text", ["Documents", "Images", "Type", "Pages", "Question", "Description", "Racine"])
def test_words_that_are_also_french_are_not_detected(text):
    assert not english_in(f"<p>{text}</p>")


@pytest.mark.parametrize(
    "address",
    [
        lambda: reverse("wagtailadmin_pages:add", args=["cms", "newspage", NewsIndexPage.objects.get().pk]),
        lambda: reverse("wagtailimages:add"),
        lambda: reverse("wagtailusers_users:add"),
        lambda: reverse("wagtailsnippets_polls_poll:add"),
        lambda: reverse("wagtailsnippets_committee_member:add"),
    ],
)
def test_form_errors_are_in_french(client, role, address):
    role("administration")
    html = client.post(
        address(), {"body-count": "0", "mandates-TOTAL_FORMS": "0", "mandates-INITIAL_FORMS": "0"}
    ).content
    assert not english_in(html)


def test_permissions_have_french_names(client, role):
    """Django names permissions in English; the form of a group shows them, also to screen readers."""
    role("administration")
    assert "Ajouter" in Permission.objects.get(codename="add_poll").name
    assert not english_in(client.get(reverse("wagtailusers_groups:add")).content)


def test_javascript_catalog_has_translations_of_the_project(client, role):
    """Wagtail calls a text of middling readability « Juste »."""
    role("administration")
    words = client.get(reverse("wagtailadmin_javascript_catalog")).text
    for said in ('"Fair": "Moyenne"', '"Remove": "Retirer"', '"Yes": "Oui"'):
        assert said in words
    assert '"Juste"' not in words


def test_status_active_is_translated_differently_for_accounts_and_batches(client, role):
    """Wagtail's « Actif » of an account took our French for a batch of e-mails: « En cours : oui »."""
    role("administration")
    page = BeautifulSoup(client.get(reverse("wagtailusers_users:index")).content, "html.parser")
    headings = {one.get_text(" ", strip=True) for one in page.select("th")}
    assert "Actif" in " ".join(headings)
    assert str(Batch.Status.ACTIVE.label) == "En cours"


def test_maximum_size_of_an_image_is_shown_in_megabytes(client, role):
    role("administration")
    page = client.get(reverse("wagtailimages:add")).text.replace("\xa0", " ")
    assert "8,0 Mo" in page
    assert "Mio" not in page
