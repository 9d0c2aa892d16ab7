"""Actions of anonymous visitors: an e-mail field, a code, a name if the address is new."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.services.accounts import create_verified_user
from common.kept_forms import KEY, LIFE
from common.limits import TEXTS_PER_NETWORK_AND_HOUR
from digests.models import SessionReminder
from fieldwork.models import Echo, Finding, Retest, Trial
from participation.models import Comment, Follow, Proposal, Report, Support
from polls.models import Participation, Poll
from tests.factories import (
    CallPageFactory,
    CommentFactory,
    DiscussionFactory,
    ProposalFactory,
    SessionPageFactory,
)
from tests.fieldwork.trial_factories import FindingFactory, ScenarioFactory
from tests.home.visitor import Visitor
from tests.polls.factories import NOW, choice_ids, make_poll
from veille.models import ReadingItem

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("outbox"),
    pytest.mark.time_machine(NOW, tick=False),
]

KNOWN, NEW = "odile@courriel.example", "nouvelle@courriel.example"


def proposal():
    return DiscussionFactory(proposal=ProposalFactory(call=CallPageFactory())).proposal


def support():
    return proposal().support_url, {}, Support, "1 personne soutient cette proposition, dont vous"


def follow():
    return proposal().discussion.follow_url, {}, Follow, "Vous suivez cette proposition."


def comment():
    return proposal().discussion.comment_url, {"body": "Un canari."}, Comment, "Votre commentaire est envoyé."


def reply():
    url = CommentFactory(discussion=proposal().discussion).reply_url
    return url, {"body": "Un perroquet."}, Comment.objects.exclude(parent=None), "Votre commentaire est envoyé."


def report():
    url = reverse("participation:proposal_report", args=[proposal().pk])
    return url, {"reason": "Ce texte vise une personne."}, Report, "Votre signalement est envoyé."


def poll():
    found = make_poll("horaires", ballot=Poll.Ballot.NOMINATIVE)
    answer = {f"question_{found.questions.get().pk}": str(choice_ids(found)[0])}
    return f"{found.get_absolute_url()}?repondre=1", answer, Participation, "Votre réponse est enregistrée."


def reminder():
    url = reverse("digests:session_reminder", args=[SessionPageFactory().slug])
    return url, {}, SessionReminder, "Vous recevrez un rappel la veille, à 9 h."


def example():
    data = {
        "url": "https://ville.example/guichet",
        "title": "Un guichet",
        "place": "Lyon",
        "note": "Une file de moins.",
    }
    return reverse("veille:suggest"), data, ReadingItem, "Merci."


def echo():
    return reverse("fieldwork:echo", args=[FindingFactory().pk]), {}, Echo, "dont vous"


def retest():
    found = FindingFactory(state=Finding.State.TO_TEST)
    url = reverse("fieldwork:retest", args=[found.pk])
    return url, {"outcome": Retest.Outcome.WORKS, "note": "Le bouton répond."}, Retest, "votre nouvel essai compte"


def trial():
    scenario = ScenarioFactory()
    url = reverse("fieldwork:tell", args=[scenario.campaign.slug, scenario.pk])
    data = {"outcome": Trial.Outcome.ALONE, "device": Trial.Device.PHONE}
    return url, data, Trial, "l’équipe a reçu votre essai"


ACTIONS = [support, follow, comment, reply, report, poll, reminder, example, echo, retest, trial]


@pytest.fixture
def account():
    return create_verified_user(email=KNOWN, public_name="Odile M.")


@pytest.mark.parametrize("make", ACTIONS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("email", [KNOWN, NEW])
def test_action_is_done_once_after_the_code(make, email, account):
    url, data, model, message = make()
    objects = getattr(model, "objects", model)
    before = objects.count()
    visitor = Visitor((200, 422)).open(url)
    assert len(visitor.page.select("main input[type=email]")) == 1
    visitor.send("Continuer", email=email, **data)
    assert visitor.title == "Copiez le code reçu"
    assert objects.count() == before
    visitor.prove(email, "" if email == KNOWN else "Nouvelle N.")
    assert message in visitor.text
    assert objects.count() == before + 1
    assert KEY not in visitor.client.session
    # Opening the page again has no further effect.
    for again in (url, f"{url}?suite=1"):
        visitor.open(again)
        assert objects.count() == before + 1


def test_proposal_can_be_sent_with_the_email_field():
    call = CallPageFactory()
    visitor = Visitor().open("/propositions/deposer/idee/")
    visitor.send("Continuer", title="Un canari", problem="Le formulaire se vide.", body="Garder mon texte.")
    visitor.send("Continuer", topic="", call=str(call.pk))
    visitor.send("Continuer", email=NEW)
    assert "Cochez la case" in visitor.text
    visitor.send("Continuer", email=NEW, rules="on").prove(NEW, "Nouvelle N.")
    assert visitor.title == "Votre proposition est envoyée"
    assert Proposal.objects.get().call == call


def test_invalid_email_keeps_the_form_data(account):
    url, data, _model, message = report()
    visitor = Visitor().open(url).send("Continuer", email="odile", **data)
    assert "Écrivez votre adresse e" in visitor.text
    assert message in visitor.send("Recevoir un code", email=KNOWN).prove(KNOWN).text


def test_form_errors_are_shown_before_the_code():
    url, _data, _model, _message = report()
    visitor = Visitor((200, 422)).open(url).send("Continuer", email=KNOWN)
    assert "Écrivez ce qui ne va pas" in visitor.text
    assert visitor.page.find("input", {"name": "email"})["value"] == KNOWN


def test_secret_answer_is_not_stored_in_the_session(account):
    found = make_poll("secret", ballot=Poll.Ballot.SECRET)
    answer = {f"question_{found.questions.get().pk}": str(choice_ids(found)[0])}
    visitor = Visitor()
    visitor.client.post(found.get_absolute_url(), {**answer, "email": KNOWN})
    assert KEY not in visitor.client.session
    visitor.open(found.get_absolute_url()).follow("Répondre").send("Continuer", email=KNOWN).prove(KNOWN)
    assert "Votre réponse est enregistrée." in visitor.send("Envoyer ma réponse", **answer).text


def test_stored_form_expires_after_an_hour_and_belongs_to_its_page(account, time_machine):
    url, _data, model, _message = support()
    client = Client()
    client.post(url, {"action": "soutenir", "email": KNOWN})
    client.force_login(account)
    client.get(url)
    client.get(f"{proposal().support_url}?suite=1")
    assert KEY in client.session
    time_machine.move_to(timezone.now() + LIFE + dt.timedelta(seconds=1), tick=False)
    client.get(f"{url}?suite=1")
    assert (model.objects.count(), KEY in client.session) == (0, False)


def test_rate_limited_form_shows_a_message_and_keeps_the_text():
    url, data, _model, _message = report()
    client = Client()
    for _time in range(TEXTS_PER_NETWORK_AND_HOUR):
        client.post(url, {**data, "email": "x"})
    page = client.post(url, {**data, "email": "x"}).content.decode()
    assert "Beaucoup de textes" in page
    assert data["reason"] in page


def test_oversized_form_returns_400():
    url, data, _model, _message = report()
    assert Client().post(url, {**data, "email": KNOWN, "more": "x" * 60_000}).status_code == 400
