"""The journeys of residents in a real browser on a small phone, with JavaScript and without: the same end state.

`tests/home/test_journey.py` joins the steps on the server; here a browser sees the pages, follows the links that show
and keeps the cookies, so a button that is hidden, covered or drawn outside its form fails.
"""

import datetime as dt
import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.services import create_verified_user
from digests.models import Subscriber
from mailing.models import Message
from participation.models import Comment, Proposal
from tests.factories import (
    CallPageFactory,
    CommentFactory,
    DiscussionFactory,
    NewsPageFactory,
    ProposalFactory,
    SessionPageFactory,
    ThemeFactory,
    TopicPageFactory,
    VeilleEntryPageFactory,
)

PARIS = ZoneInfo("Europe/Paris")
EMAIL = "nadege@courriel.example"
PHONE_WIDTH = 360

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("outbox"),
]


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def phone(request, watched, live_server, settings):
    """A page of a phone that is 360 px wide, with and without JavaScript; it asks nothing of another site."""
    settings.BASE_URL = live_server.url
    with watched(width=PHONE_WIDTH, java_script_enabled=request.param) as page:
        yield page


@pytest.fixture
def mailbox(settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path
    settings.MAILING_TRANSPORT = "mailing.transports.MailboxTransport"
    return tmp_path


def press(page: Page, name: str) -> None:
    """Presses the first button with this name."""
    page.get_by_role("button", name=name).first.click()


def follow(page: Page, name: str) -> None:
    """Follows the first link with this name."""
    page.get_by_role("link", name=name).first.click()


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(value)


def code_for(email: str) -> str:
    """The code of the latest mail to `email`, read in the outbox."""
    message = Message.objects.filter(to_email=email).latest("pk")
    return next(word for word in message.payload["text"].split() if word.isdigit() and len(word) == 6)


def create_account(page: Page) -> None:
    """Goes through the two pages of a new account, from the one that is open."""
    fill(page, email=EMAIL, public_name="Nadège P.")
    press(page, "Créer mon compte")
    expect(page.locator("[name=code]")).to_be_visible()
    fill(page, code=code_for(EMAIL))
    press(page, "Ouvrir mon compte")


def sign_in(page: Page, public_name: str = "Nadège P.") -> None:
    """Signs a known person in by code."""
    create_verified_user(email=EMAIL, public_name=public_name)
    page.goto("/compte/connexion/")
    fill(page, email=EMAIL)
    press(page, "Recevoir un code")
    expect(page.locator("[name=code]")).to_be_visible()
    fill(page, code=code_for(EMAIL))
    press(page, "Se connecter")


def fits(page: Page) -> bool:
    """Says whether the page stays within the width of the phone."""
    box = page.locator("main").bounding_box()
    return box is not None and box["x"] >= 0 and box["x"] + box["width"] <= PHONE_WIDTH


def test_create_an_account_and_make_a_proposal_after_a_mistake(phone):
    call = CallPageFactory(closes_at=timezone.now() + dt.timedelta(weeks=6))
    topic = TopicPageFactory(title="Inclusion numérique")

    phone.goto("/propositions/")
    follow(phone, "Faire une proposition")
    follow(phone, "Commencer")
    fill(phone, problem="Le formulaire se vide.", body="Garder mon texte.")
    press(phone, "Continuer")
    expect(phone.get_by_role("main")).to_contain_text("Écrivez un titre")
    expect(phone.locator("[name=problem]")).to_have_value("Le formulaire se vide.")
    assert fits(phone)
    fill(phone, title="Garder mon texte")
    press(phone, "Continuer")
    phone.get_by_label("Inclusion numérique").check()
    press(phone, "Continuer")
    expect(phone.get_by_role("main")).to_contain_text("Garder mon texte")
    follow(phone, "Créer un compte")
    create_account(phone)
    phone.locator("[name=rules]").check()
    press(phone, "Envoyer ma proposition")

    expect(phone).to_have_url(re.compile("/propositions/deposer/merci/$"))
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.call, proposal.topic) == (Proposal.State.RECEIVED, call, topic)
    assert (proposal.title, proposal.problem) == ("Garder mon texte", "Le formulaire se vide.")
    assert proposal.author.email == EMAIL


def test_support_then_take_it_back(phone):
    proposal = ProposalFactory(call=CallPageFactory(), title="Des ateliers le samedi")

    phone.goto(proposal.get_absolute_url())
    follow(phone, "Soutenir cette proposition")
    follow(phone, "Créer un compte")
    create_account(phone)
    press(phone, "Soutenir cette proposition")
    expect(phone.get_by_role("button", name="Retirer mon soutien")).to_be_visible()
    proposal.refresh_from_db()
    assert proposal.support_count == proposal.supports.count() == 1

    press(phone, "Retirer mon soutien")
    expect(phone.get_by_role("button", name="Soutenir cette proposition")).to_be_visible()
    proposal.refresh_from_db()
    assert proposal.support_count == proposal.supports.count() == 0


def test_answer_a_comment(phone):
    proposal = ProposalFactory(call=CallPageFactory(), comment_count=1)
    first = CommentFactory(discussion=DiscussionFactory(proposal=proposal, comment_count=1), body="Bonne idée.")
    sign_in(phone)

    phone.goto(proposal.get_absolute_url())
    follow(phone, "Répondre")
    fill(phone, body="D’accord.\nMais le samedi.")
    press(phone, "Envoyer")

    expect(phone.get_by_role("main")).to_contain_text("Mais le samedi.")
    assert fits(phone)
    reply = Comment.objects.exclude(pk=first.pk).get()
    assert (reply.parent, reply.depth, reply.state) == (first, 1, Comment.State.RECEIVED)
    assert reply.body.splitlines() == ["D’accord.", "Mais le samedi."]
    proposal.refresh_from_db()
    assert proposal.comment_count == 1, "what waits to be read does not count"


def test_ask_for_the_letter_receive_it_and_stop_it(phone, mailbox):
    sign_in(phone)
    phone.goto("/compte/notifications/")
    phone.locator("[name=frequency][value=weekly]").check()
    press(phone, "Enregistrer")
    assert Subscriber.objects.get().frequency == "weekly"
    NewsPageFactory(
        title="Ateliers gratuits",
        introduction="Trois dates.",
        first_published_at=timezone.now() + dt.timedelta(hours=1),
    )

    call_command("tick", at=f"{next_monday():%Y-%m-%d}T07:05")
    phone.goto("/courriels/")
    follow(phone, "actualité")
    expect(phone.get_by_role("main")).to_contain_text("Ateliers gratuits")
    phone.goto(unsubscribe_path(mailbox))
    assert Subscriber.objects.get().is_reading, "opening the link changes nothing"
    press(phone, "Ne plus recevoir la lettre")

    expect(phone.get_by_role("main")).to_contain_text("C’est fait")
    assert not Subscriber.objects.get().is_reading


def unsubscribe_path(mailbox: Path) -> str:
    """Returns the path of the site's address in the List-Unsubscribe of the letter; the codes have none."""
    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in mailbox.glob("*.eml")]
    (header,) = [mail["List-Unsubscribe"] for mail in mails if mail["List-Unsubscribe"]]
    return urlsplit(re.search(r"<([^>]+)>", header)[1]).path


def next_monday() -> dt.date:
    today = timezone.localdate()
    return today + dt.timedelta(days=7 - today.weekday())


def test_find_the_next_session_and_take_it_to_a_calendar(phone):
    evening = dt.datetime.combine(next_monday(), dt.time(18), tzinfo=PARIS)
    SessionPageFactory(title="Finir une démarche", starts_at=evening, ends_at=evening + dt.timedelta(hours=2))

    phone.goto("/")
    follow(phone, "Lire l’ordre du jour")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Finir une démarche")
    with phone.expect_download() as download:
        follow(phone, "Ajouter à mon agenda")

    calendar = download.value.path().read_text()
    assert f"DTSTART;TZID=Europe/Paris:{evening:%Y%m%d}T180000" in calendar


def test_filter_the_watch(phone):
    VeilleEntryPageFactory(title="Deux jours dans la rue", place="Metz", theme=ThemeFactory(name="Écoute"))
    VeilleEntryPageFactory(title="Un conseil tiré au sort", place="Rennes", theme=ThemeFactory(name="Débat"))

    phone.goto("/veille/")
    phone.locator("[name=lieu]").select_option("Metz")
    press(phone, "Afficher")

    expect(phone.get_by_role("main")).to_contain_text("Deux jours dans la rue")
    expect(phone.get_by_role("main")).not_to_contain_text("Un conseil tiré au sort")
    assert fits(phone)


def test_a_moderator_publishes_from_the_list(watched, client):
    """In the admin, on a wide screen and with JavaScript, as editors work."""
    proposal = ProposalFactory(title="Garder mon texte", state=Proposal.State.RECEIVED)
    moderator = create_verified_user(email="maud@comite.example", public_name="Maud K.", password="quai-canal-0417")
    moderator.groups.add(Group.objects.get(name="Modération"))

    with watched(width=1280) as page:
        page.goto("/admin/snippets/participation/proposal/")
        fill(page, login="maud@comite.example", password="quai-canal-0417")
        page.locator("form:has([name=password]) button[type=submit]").click()
        follow(page, "Publier")
        page.get_by_role("main").get_by_role("button", name="Publier").click()
        expect(page).to_have_url(re.compile("/admin/snippets/participation/proposal/"))

    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.PUBLISHED
    assert "Garder mon texte" in client.get("/propositions/").content.decode()
