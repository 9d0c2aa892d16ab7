"""Journeys of residents in a real browser on a small phone: with JavaScript, by keyboard alone, without JavaScript.

All end in the same state of the database. `tests/home/test_journey.py` plays the steps on the server; here a browser
renders the pages, follows visible links and stores cookies. So a button that is hidden, covered or outside its form
fails, and so does a control that the keyboard does not reach or whose focus is invisible.
"""

import datetime as dt
import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from accounts.services.accounts import create_verified_user
from digests.models import Subscriber
from participation.forms.proposals import FilesForm
from participation.models import Attachment, Comment, Proposal, ProposalDraft
from participation.services.coauthors import invite
from participation.services.supports import set_support
from polls.models import Choice, Poll, Question
from polls.queries.results import tallies
from tests.browser.people import EMAIL, Pointing, create_account, fits, sign_in
from tests.factories import (
    CallPageFactory,
    CommentFactory,
    DiscussionFactory,
    NewsPageFactory,
    ProposalFactory,
    ThemeFactory,
    TopicPageFactory,
    UserFactory,
    VeilleEntryPageFactory,
)

STATIC = Path(__file__).resolve().parents[2] / "static"

pytestmark = [
    pytest.mark.browser,
    # `tests/home/test_journey.py` takes the same steps on both.
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("outbox"),
]


def test_create_an_account_and_make_a_proposal_after_a_mistake(person):
    call = CallPageFactory(closes_at=timezone.now() + dt.timedelta(weeks=6))
    topic = TopicPageFactory(title="Inclusion numérique")
    ProposalFactory(title="Garder les textes longs")
    page = person.page

    page.goto("/propositions/")
    person.follow("Faire une proposition")
    expect(page).to_have_url(re.compile("/deposer/$"))
    person.follow("Commencer")
    expect(page.locator("[name=problem]")).to_be_visible()
    person.fill(problem="Le formulaire se vide.", body="Garder mon texte.")
    person.press("Continuer")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_role("main")).to_contain_text("Écrivez un titre")
    expect(page.locator("[name=problem]")).to_have_value("Le formulaire se vide.")
    assert fits(page)
    person.fill(title="Garder mon texte")
    person.press("Continuer")
    expect(page.get_by_role("main")).to_contain_text("Ces propositions ressemblent à la vôtre")
    expect(page.get_by_role("link", name="Garder les textes longs")).to_be_visible()
    person.tick("topic", str(topic.pk))
    person.tick("call", str(call.pk))
    person.press("Continuer")
    expect(page.locator("[name=rules]")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Garder mon texte")
    person.tick("rules")
    create_account(person)

    expect(page).to_have_url(re.compile("/propositions/deposer/merci/$"))
    proposal = Proposal.objects.latest("pk")
    assert (proposal.state, proposal.call, proposal.topic) == (Proposal.State.RECEIVED, call, topic)
    assert (proposal.title, proposal.problem) == ("Garder mon texte", "Le formulaire se vide.")
    assert proposal.author.email == EMAIL


def test_admin_without_permissions_links_to_own_contributions(person, client):
    sign_in(person, client)
    person.page.goto("/admin/")
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Cette page est réservée")
    assert fits(person.page)
    person.follow("Mes contributions")
    expect(person.page).to_have_url(re.compile("/compte/contributions/$"))


def test_draft_a_need_add_a_picture_and_submit_it_later(person, settings, tmp_path):
    """A need without a solution, a place, an image; begun before signing in, found in the account, submitted."""
    settings.MEDIA_ROOT = tmp_path
    CallPageFactory()
    page = person.page

    page.goto("/propositions/deposer/")
    person.follow("Signaler un besoin, sans solution")
    person.fill(title="Payer le tram sans téléphone", problem="Ma carte est refusée à la borne.")
    person.press("Continuer")
    person.select("district", "Schiltigheim")
    person.press("Continuer")
    person.follow("Ajouter un fichier")
    page.locator("[name=file]").set_input_files(
        {"name": "borne.png", "mimeType": "image/png", "buffer": (STATIC / "img" / "icon-192.png").read_bytes()}
    )
    person.press("Ajouter ce fichier")
    expect(page.get_by_role("main")).to_contain_text("Fichier 1")
    assert fits(page)
    picture = Attachment.objects.get()
    person.fill(**{FilesForm.name_of(picture): "La borne de la station, hors service."})
    person.press("Continuer vers la vérification")
    expect(page.get_by_role("main")).to_contain_text("La borne de la station, hors service.")
    page.goto("/compte/contributions/")
    create_account(person, "Recevoir un code")
    person.follow("Payer le tram sans téléphone")
    expect(page.locator("[name=problem]")).to_have_value("Ma carte est refusée à la borne.")
    person.press("Continuer")
    person.tick("rules")
    person.press("Envoyer mon besoin")

    expect(page).to_have_url(re.compile("/propositions/deposer/merci/$"))
    need = Proposal.objects.latest("pk")
    assert (need.kind, need.body, need.district) == (Proposal.Kind.NEED, "", "Schiltigheim")
    picture.refresh_from_db()
    assert picture.proposal == need
    assert not ProposalDraft.objects.exists()


def test_support_and_withdraw_support(person):
    proposal = ProposalFactory(call=CallPageFactory(), title="Des ateliers le samedi")
    page = person.page

    page.goto(proposal.get_absolute_url())
    person.follow("Soutenir cette proposition")
    expect(page).to_have_url(re.compile(r"/\d+/soutenir/$"))
    create_account(person)
    expect(page.get_by_role("button", name="Retirer mon soutien")).to_be_visible()
    expect(page.locator("#soutien")).to_contain_text("dont vous")
    proposal.refresh_from_db()
    assert proposal.support_count == proposal.supports.count() == 1

    person.press("Retirer mon soutien")
    expect(page.get_by_role("button", name="Soutenir cette proposition")).to_be_visible()
    proposal.refresh_from_db()
    assert proposal.support_count == proposal.supports.count() == 0


def test_coauthor_edits_a_proposal_and_adds_an_addendum_once_supported(person):
    proposal = ProposalFactory(title="Des ateliers le samedi", body="Un atelier par mois.")
    invitation = invite(proposal=proposal, author=proposal.author, email=EMAIL, now=timezone.now())
    page = person.page

    page.goto(invitation.url)
    create_account(person)
    expect(page.get_by_role("main")).to_contain_text("Un atelier par mois.")
    person.press("Accepter")
    expect(page.get_by_role("main")).to_contain_text("et Nadège P.")
    person.follow("Corriger ma proposition")
    person.fill(title="", body="Deux ateliers par mois.")
    person.press("Enregistrer ma proposition")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("[name=body]")).to_have_value("Deux ateliers par mois.")
    assert fits(page)
    person.fill(title="Des ateliers le samedi")
    person.press("Enregistrer ma proposition")
    person.follow("Modifiée le")
    expect(page.locator(".version ins").first).to_contain_text("Deux")
    expect(page.locator(".version del").first).to_contain_text("Un")
    assert fits(page)
    person.follow("Retour à la proposition")

    person.follow("Corriger ma proposition")
    expect(page.locator("[name=title]")).to_be_visible()
    set_support(user=UserFactory(), proposal=proposal, supported=True, now=timezone.now())
    person.fill(body="Deux ateliers par mois.\nUn texte qui ne se perd pas.")
    person.press("Enregistrer ma proposition")
    expect(page.locator("[name=body]")).to_have_value("Un texte qui ne se perd pas.")
    person.press("Envoyer mon complément")
    expect(page.get_by_role("main")).to_contain_text("Votre complément est envoyé")
    proposal.refresh_from_db()
    assert proposal.body == "Deux ateliers par mois."
    assert proposal.versions.get().body == "Un atelier par mois."
    assert proposal.addenda.get().body == "Un texte qui ne se perd pas."


def test_comment_written_before_sign_up_is_posted_afterwards(person):
    proposal = ProposalFactory(call=CallPageFactory())
    page = person.page
    page.goto(proposal.get_absolute_url())
    assert not page.context.cookies(), "anonymous readers get no cookie"
    person.follow("Écrire un commentaire")
    person.fill(body="Le samedi.\nAvec une pause.")
    assert fits(page)
    create_account(person)
    expect(page.locator(".comment .notice")).to_contain_text("Votre commentaire est envoyé.")
    assert Comment.objects.get().body.splitlines() == ["Le samedi.", "Avec une pause."]


def test_reply_to_a_comment_and_report_it(person, client):
    proposal = ProposalFactory(call=CallPageFactory(), comment_count=1)
    discussion = DiscussionFactory(proposal=proposal, comment_count=1)
    first = CommentFactory(discussion=discussion, body="Bonne idée.")
    sign_in(person, client)
    page = person.page

    page.goto(proposal.get_absolute_url())
    person.follow("Répondre")
    expect(page).to_have_url(re.compile("/repondre/$"))
    person.fill(body="D’accord.\nMais le samedi.")
    person.press("Envoyer")

    expect(page).to_have_url(re.compile(r"#c\d+-attente$"))
    expect(page.get_by_role("main")).to_contain_text("Mais le samedi.")
    expect(page.get_by_role("main")).to_contain_text("Une personne le lira au plus tard le")
    assert fits(page)
    reply = Comment.objects.exclude(pk=first.pk).get()
    assert (reply.parent, reply.depth, reply.state) == (first, 1, Comment.State.RECEIVED)
    assert reply.body.splitlines() == ["D’accord.", "Mais le samedi."]
    proposal.refresh_from_db()
    assert proposal.comment_count == 1, "pending comments are not counted"

    page.goto(proposal.get_absolute_url())
    person.follow("Signaler le commentaire")
    expect(page).to_have_url(re.compile("/signaler/$"))
    person.fill(reason="C’est une publicité.")
    person.press("Envoyer")

    expect(page).to_have_url(re.compile(rf"#{first.anchor}-avis$"))
    expect(page.get_by_role("main")).to_contain_text("Votre signalement est envoyé")
    report = first.reports.get()
    assert (report.author.email, report.reason) == (EMAIL, "C’est une publicité.")


def test_answer_a_poll_and_read_the_results(person, client):
    now = timezone.now()
    week = dt.timedelta(days=7)
    live = {"ballot": "nominative", "results_shown": "after-answer"}
    poll = Poll.objects.create(
        title="Où se voir ?", slug="ou", is_draft=False, opens_at=now - week, closes_at=now + week, **live
    )
    question = Question.objects.create(poll=poll, text="Quel lieu ?")
    here, there = [Choice.objects.create(question=question, text=text) for text in ("À Neudorf", "À Cronenbourg")]
    user = sign_in(person, client)
    page = person.page

    page.goto("/sondages/")
    person.follow("Où se voir")
    expect(page.get_by_role("group", name="Quel lieu")).to_be_visible()
    person.tick(f"question_{question.pk}", str(there.pk))
    person.press("Envoyer ma réponse")

    expect(page).to_have_url(re.compile("/resultats/$"))
    expect(page.get_by_role("main")).to_contain_text("Votre réponse est enregistrée")
    expect(page.locator("figure.chart")).to_contain_text(re.compile(r"À Cronenbourg\s*100"))
    assert fits(page)
    assert [(line.choice, line.people) for line in tallies(poll)[0].lines] == [(there, 1), (here, 0)]
    assert poll.participations.get().user == user


def test_subscribe_to_the_digest_receive_it_and_unsubscribe(person, client, mailbox):
    sign_in(person, client)
    page = person.page
    page.goto("/compte/notifications/")
    person.tick("frequency", "weekly")
    person.press("Enregistrer")
    expect(page.locator(".notice--ok")).to_be_visible()
    assert Subscriber.objects.get().frequency == "weekly"
    NewsPageFactory(
        title="Ateliers gratuits",
        introduction="Trois dates.",
        first_published_at=timezone.now() + dt.timedelta(hours=1),
    )

    call_command("tick", at=f"{next_monday():%Y-%m-%d}T07:05")
    page.goto("/courriels/")
    person.follow("actualité")
    expect(page.get_by_role("main")).to_contain_text("Ateliers gratuits")
    page.goto(unsubscribe_path(mailbox))
    assert Subscriber.objects.get().is_reading, "opening the link changes nothing"
    person.press("Ne plus recevoir la lettre")

    expect(page.get_by_role("main")).to_contain_text("C’est fait")
    assert not Subscriber.objects.get().is_reading


def unsubscribe_path(mailbox: Path) -> str:
    """Returns the path of the List-Unsubscribe header of the digest; mails with codes have none."""
    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in mailbox.glob("*.eml")]
    (header,) = [mail["List-Unsubscribe"] for mail in mails if mail["List-Unsubscribe"]]
    return urlsplit(re.search(r"<([^>]+)>", header)[1]).path


def next_monday() -> dt.date:
    today = timezone.localdate()
    return today + dt.timedelta(days=7 - today.weekday())


def test_filter_the_watch(person):
    VeilleEntryPageFactory(title="Deux jours dans la rue", place="Metz", theme=ThemeFactory(name="Écoute"))
    VeilleEntryPageFactory(title="Un conseil tiré au sort", place="Rennes", theme=ThemeFactory(name="Débat"))
    page = person.page

    page.goto("/veille/")
    person.unfold("Filtrer")
    person.select("lieu", "Metz")
    person.press("Afficher")

    expect(page.get_by_role("main")).to_contain_text("Deux jours dans la rue")
    expect(page.get_by_role("main")).not_to_contain_text("Un conseil tiré au sort")
    expect(page).to_have_url(re.compile("lieu=Metz"))
    assert fits(page)
    person.follow("Retirer le filtre")
    expect(page.get_by_role("main")).to_contain_text("Un conseil tiré au sort")


def test_a_moderator_publishes_from_the_list(watched, client):
    """In the admin, on a wide screen and with JavaScript."""
    proposal = ProposalFactory(title="Garder mon texte", state=Proposal.State.RECEIVED)
    moderator = create_verified_user(email="maud@comite.example", public_name="Maud K.", password="quai-canal-0417")
    moderator.groups.add(Group.objects.get(name="Modération"))

    with watched(width=1280) as page:
        page.goto("/admin/propositions/")
        moderating = Pointing(page)
        moderating.fill(login="maud@comite.example", password="quai-canal-0417")
        page.locator("form:has([name=password]) button[type=submit]").click()
        moderating.follow("Publier")
        page.get_by_role("main").get_by_role("button", name="Publier").click()
        expect(page).to_have_url(re.compile("/admin/propositions/"))

    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.PUBLISHED
    assert "Garder mon texte" in client.get("/propositions/").content.decode()
