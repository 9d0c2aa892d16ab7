"""The main journeys through the site, using the real forms of the pages without JavaScript.

There is one visitor per person, and each step uses the result of the previous one. The apps test each step in detail;
these tests check that the steps fit together.
"""

import datetime as dt
import re
from email import message_from_bytes
from email.policy import default
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.management import call_command
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from accounts.models import User
from accounts.services.accounts import create_verified_user
from cms.models import NewsIndexPage, NewsPage
from digests.models import Subscriber
from mailing.models import Message
from participation.models import Comment, Proposal
from tests.factories import (
    CallPageFactory,
    NewsPageFactory,
    ProposalFactory,
    SessionPageFactory,
    ThemeFactory,
    TopicPageFactory,
)
from tests.home.visitor import Visitor
from veille.models import VeilleEntryPage, VeilleIndexPage

PARIS = ZoneInfo("Europe/Paris")
# A Thursday.
NOW = dt.datetime(2026, 11, 19, 15, 0, tzinfo=PARIS)
EMAIL = "nadege@courriel.example"


pytestmark = [pytest.mark.usefixtures("outbox"), pytest.mark.indexed]


@pytest.fixture(autouse=True)
def clock(db):
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def call(db):
    return CallPageFactory(title="Qu’est-ce qui vous bloque ?", closes_at=NOW + dt.timedelta(weeks=6))


def editor(group: str) -> Visitor:
    """Returns a visitor signed in with the permissions of `group`."""
    visitor = Visitor()
    visitor.client.force_login(
        create_verified_user(email=f"{group.lower()}@comite.example", public_name="Maud K.", groups=[group])
    )
    return visitor


def resident(public_name: str = "Rose D.") -> Visitor:
    visitor = Visitor()
    email = f"{public_name.split()[0].lower()}@courriel.example"
    visitor.client.force_login(create_verified_user(email=email, public_name=public_name))
    return visitor


def test_a_resident_makes_a_proposal_and_a_moderator_publishes_it(call):
    TopicPageFactory(title="Inclusion numérique", slug="inclusion-numerique")
    topic = TopicPageFactory(title="monstrasbourg.eu", slug="monstrasbourg-eu")
    visitor = Visitor().open("/propositions/").follow("Faire une proposition").follow("Commencer")

    visitor.send("Continuer", title="", problem="Le formulaire se vide.", body="Garder mon texte.")
    assert "Écrivez un titre" in visitor.text
    visitor.send("Continuer", title="Garder mon texte")
    visitor.send("Continuer", topic=str(topic.pk), call=str(call.pk))
    assert "Le formulaire se vide." in visitor.text
    visitor.send("Continuer", email=EMAIL, rules="on").prove(EMAIL, "Nadège P.")

    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.topic, proposal.call) == (Proposal.State.RECEIVED, topic, call)
    assert proposal.author == User.objects.get(email=EMAIL)
    assert EmailAddress.objects.get(email=EMAIL).verified
    assert visitor.title == "Votre proposition est envoyée"
    assert "Garder mon texte" not in Visitor().open("/propositions/").text

    moderator = editor("Modération").open("/admin/propositions/")
    moderator.follow("Publier").send("Publier")

    reader = Visitor().open("/propositions/").follow("Garder mon texte")
    assert "Le formulaire se vide." in reader.text
    assert "Nadège P." in reader.text
    assert EMAIL not in reader.text
    kinds = [message.payload["subject"] for message in Message.objects.filter(to_email=EMAIL).order_by("pk")]
    assert len(kinds) == 3, "the code, then « received », then « published »"


def test_a_resident_comments_answers_and_supports(call):
    proposal = ProposalFactory(title="Des ateliers le samedi", call=call)
    address = proposal.get_absolute_url()

    visitor = Visitor().open(address).follow("Soutenir cette proposition")
    visitor.send("Continuer", email=EMAIL).prove(EMAIL, "Nadège P.")
    assert visitor.path.startswith(address)
    proposal.refresh_from_db()
    assert proposal.support_count == 1
    visitor.open(address).send("Envoyer mon commentaire", body="Oui,\nle samedi matin.")

    comment = Comment.objects.get()
    assert (comment.state, comment.body.splitlines()) == (Comment.State.RECEIVED, ["Oui,", "le samedi matin."])
    assert "le samedi matin" in visitor.text
    assert "le samedi matin" not in Visitor().open(address).text

    moderator = editor("Modération").open("/admin/commentaires/")
    moderator.follow("Publier").send("Publier")
    other = resident().open(address).follow("Répondre").send("Envoyer", body="D’accord avec vous.")
    assert "D’accord avec vous." in other.text
    assert Comment.objects.latest("pk").parent == comment
    assert "le samedi matin" in Visitor().open(address).text

    visitor.open(address).send("Retirer mon soutien")
    proposal.refresh_from_db()
    assert (proposal.support_count, proposal.comment_count) == (0, 1)


def page_form(body: str, **fields) -> dict:
    """Returns the data of an editing form of the admin, with `body` as its only text."""
    return nested_form_data({**fields, "body": streamfield([("text", rich_text(body))]), "comments": {}}) | {
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-publish": "publish",
    }


def test_an_editor_publishes_a_news_item_which_appears_everywhere():
    parent = NewsIndexPage.objects.get()
    writer = editor("Rédaction")
    fields = {"title": "Ateliers gratuits", "slug": "ateliers-gratuits", "introduction": "Trois dates en novembre."}
    fields |= {"proposals_told": inline_formset([])}
    form = page_form("<p>Le code de la porte est <b>chouette</b>.</p>", **fields)

    preview = f"/admin/pages/add/cms/newspage/{parent.pk}/preview/"
    assert writer.client.post(preview, form).json()["is_valid"]
    assert "chouette" in writer.client.get(preview, {"mode": ""}).content.decode()
    assert not NewsPage.objects.exists()
    answer = writer.client.post(f"/admin/pages/add/cms/newspage/{parent.pk}/", form)
    assert answer.status_code == 302

    reader = Visitor().open("/actualites/").follow("Ateliers gratuits")
    assert "chouette" in reader.text
    assert "Ateliers gratuits" in Visitor().open("/recherche/?q=chouette").text
    assert "Ateliers gratuits" in Visitor().client.get("/actualites/flux.xml").content.decode()
    assert "Ateliers gratuits" in Visitor().open("/").text


def test_scheduled_watch_entry_appears_at_its_publication_time(mailbox, clock):
    parent, theme = VeilleIndexPage.objects.get(), ThemeFactory(name="Démarches")
    writer = editor("Rédaction")
    fields = {
        "title": "Deux jours dans la rue",
        "slug": "deux-jours-dans-la-rue",
        "introduction": "À Metz, on est allé vers les gens.",
        "place": "Metz",
        "year": "2018",
        "theme": str(theme.pk),
        "lesson": "Nous pouvons faire pareil sur un marché.",
        "limits": "",
        "source_url": "https://exemple.example/metz",
        "source_title": "",
        "source_language": "fr",
        "effects": streamfield([]),
        "topic": "",
        "go_live_at": "2026-11-20 08:00",
    }

    answer = writer.client.post(
        f"/admin/pages/add/veille/veilleentrypage/{parent.pk}/", page_form("<p>Vu.</p>", **fields)
    )
    assert answer.status_code == 302
    assert not VeilleEntryPage.objects.get().live
    assert "Deux jours" not in Visitor().open("/veille/").text

    clock.move_to(dt.datetime(2026, 11, 20, 8, 1, tzinfo=PARIS))
    call_command("tick")

    reader = Visitor().open("/veille/?lieu=Metz").follow("Deux jours dans la rue")
    assert "Nous pouvons faire pareil" in reader.text
    assert "Deux jours" in Visitor().client.get("/veille/flux.xml").content.decode()


def unsubscribe_path(raw: bytes) -> str:
    """Returns the path of the first address of List-Unsubscribe, which is on the site."""
    header = message_from_bytes(raw, policy=default)["List-Unsubscribe"]
    return urlsplit(re.search(r"<([^>]+)>", header)[1]).path


def test_member_receives_one_digest_and_can_unsubscribe(mailbox, clock):
    member = resident("Karim B.").open("/compte/notifications/")
    member.send("Enregistrer", frequency="weekly")
    clock.move_to(NOW + dt.timedelta(days=1))
    NewsPageFactory(title="Ateliers gratuits", introduction="Trois dates.")

    # Monday, 7:05.
    clock.move_to(dt.datetime(2026, 11, 23, 7, 5, tzinfo=PARIS))
    call_command("tick")
    call_command("tick")

    assert len(list(mailbox.glob("*.eml"))) == 1
    mail = Visitor().open("/courriels/").follow("actualité")
    assert "Ateliers gratuits" in mail.text
    raw = mail.client.get("/courriels/1.eml").content

    stranger = Visitor().open(unsubscribe_path(raw))
    assert Subscriber.objects.get().is_reading, "opening the link changes nothing"
    stranger.send("Ne plus recevoir la lettre")
    assert "C’est fait" in stranger.text
    assert not Subscriber.objects.get().is_reading

    NewsPageFactory(title="Autre nouvelle")
    clock.move_to(dt.datetime(2026, 11, 30, 7, 5, tzinfo=PARIS))
    call_command("tick")
    assert len(list(mailbox.glob("*.eml"))) == 1


def test_visitor_can_find_the_next_session_and_download_its_calendar():
    evening = dt.datetime(2026, 12, 7, 18, tzinfo=PARIS)
    SessionPageFactory(title="Finir une démarche", starts_at=evening, ends_at=evening + dt.timedelta(hours=2), number=1)

    visitor = Visitor().open("/").follow("ordre du jour")
    assert visitor.path == "/le-comite/seances/2026-12-07/"
    calendar = visitor.client.get("/le-comite/seances/2026-12-07/seance.ics")
    assert "DTSTART;TZID=Europe/Paris:20261207T180000" in calendar.content.decode()
    assert "BEGIN:VTIMEZONE" in visitor.client.get("/le-comite/seances/calendrier.ics").content.decode()


def test_reading_sets_no_cookie():
    ProposalFactory(title="Des ateliers")
    visitor = Visitor()

    for page in Page.objects.live().filter(depth__lte=3, depth__gt=1):
        visitor.open(page.url)

    assert dict(visitor.client.cookies) == {}
