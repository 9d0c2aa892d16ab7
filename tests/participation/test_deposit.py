"""Submission of a proposal, screen by screen, with its errors."""

import datetime as dt
import re
from html import unescape

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse

from participation.models import CallPage, Proposal
from tests.bulk import fill
from tests.factories import LONG_AGO, CallPageFactory, ProposalFactory, TopicPageFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

START, IDEA, TOPIC, CHECK, DONE = [
    reverse(f"participation:deposit_{name}") for name in ("start", "idea", "topic", "check", "done")
]
IDEA_DATA = {
    "title": "Des horaires lisibles",
    "problem": "On ne trouve pas les horaires.\r\n\r\nMême en cherchant.",
    "body": "Une seule page pour toutes les médiathèques.",
}


@pytest.fixture
def topic(db):
    return TopicPageFactory(title="Horaires et lieux")


def write(client, topic, **idea):
    """Completes the first two screens."""
    assert client.post(IDEA, IDEA_DATA | idea).headers["Location"].startswith(TOPIC)
    asked = client.get(TOPIC).context["form"].fields.get("call")
    call = {"call": asked.queryset.first().pk} if asked else {}
    answer = fill(client, TOPIC, {"topic": topic.pk, "district": "Neudorf", **call})
    assert answer.headers["Location"].startswith(CHECK)


def send(client, **changes):
    return fill(client, CHECK, {"rules": "on", **changes})


def test_proposal_can_be_submitted(client, user, call, topic):
    client.force_login(user)
    assert client.get(START).status_code == 200
    write(client, topic)
    page = client.get(CHECK).content.decode()
    assert "Des horaires lisibles" in page
    assert "<p>Même en cherchant.</p>" in page
    assert send(client).headers["Location"] == DONE
    proposal = Proposal.objects.get()
    assert (proposal.call, proposal.topic, proposal.district) == (call, topic, "Neudorf")
    assert proposal.problem == "On ne trouve pas les horaires.\n\nMême en cherchant."
    assert proposal.author == user
    assert str(proposal.pk) in client.get(DONE).content.decode()
    assert client.get(IDEA).context["form"]["title"].value() == ""


def test_draft_is_preserved_when_signing_in_with_a_code(client, call, topic):
    person = UserFactory(email="odile@courriel.example")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    write(client, topic)
    client.post(reverse("account_request_login_code"), {"email": person.email, "next": CHECK})
    code = re.search(r"^([A-Z0-9-]{4,12})$", mail.outbox[-1].body, re.M).group(1)
    answer = client.post(reverse("account_confirm_login_code"), {"code": code, "next": CHECK}, follow=True)
    assert answer.redirect_chain[-1][0] == CHECK
    assert "Des horaires lisibles" in answer.content.decode()
    send(client)
    assert Proposal.objects.get().author == person


def test_draft_is_preserved_when_creating_an_account(client, call, topic):
    write(client, topic)
    sign_up = {"email": "nouvelle@courriel.example", "public_name": "Odile M.", "next": CHECK}
    client.post(reverse("account_signup"), sign_up)
    code = re.search(r"^([A-Z0-9-]{4,12})$", mail.outbox[-1].body, re.M).group(1)
    answer = client.post(reverse("account_email_verification_sent"), {"code": code, "next": CHECK}, follow=True)
    assert get_user_model().objects.filter(email="nouvelle@courriel.example").exists()
    assert "Des horaires lisibles" in client.get(CHECK).content.decode(), answer.redirect_chain
    send(client)
    assert Proposal.objects.get().author.public_name == "Odile M."


def test_submission_of_a_visitor_is_not_saved_and_the_text_preserved(client, call, topic):
    write(client, topic)
    answer = send(client)
    assert "Des horaires lisibles" in answer.content.decode()
    assert not Proposal.objects.exists()


def test_double_click_creates_one_proposal(client, user, call, topic):
    client.force_login(user)
    write(client, topic)
    form = client.get(CHECK).context["form"]
    window = {name: str(form[name].value()) for name in ("key", "seen")}
    for _time in range(2):
        assert client.post(CHECK, {**window, "rules": "on"}).headers["Location"] == DONE
    assert Proposal.objects.count() == 1


def test_text_is_preserved_if_the_call_closes_meanwhile(client, user, call, topic):
    client.force_login(user)
    write(client, topic)
    CallPage.objects.filter(pk=call.pk).update(closes_at=LONG_AGO)
    page = send(client).content.decode()
    assert "ne prend plus de propositions" in page
    assert "Des horaires lisibles" in page
    assert not Proposal.objects.exists()
    assert "Des horaires lisibles" in client.get(IDEA).content.decode()
    CallPageFactory()
    assert fill(client, TOPIC, {"topic": ""}).headers["Location"].startswith(CHECK)
    assert send(client).headers["Location"] == DONE


def test_proposal_can_be_submitted_without_an_open_call(client, user, topic):
    CallPageFactory(phase=CallPage.Phase.CLOSED)
    client.force_login(user)
    assert f'href="{IDEA}"' in client.get(START).content.decode()
    client.post(IDEA, IDEA_DATA)
    page = client.get(TOPIC)
    assert "call" not in page.context["form"].fields
    fill(client, TOPIC, {"topic": topic.pk})
    assert "Appel" not in client.get(CHECK).content.decode().partition("summary-list")[2].partition("</dl>")[0]
    assert send(client).headers["Location"] == DONE
    assert Proposal.objects.get().call is None


def test_call_can_be_changed_until_submission(client, user, call, topic):
    other = CallPageFactory(title="Un autre appel")
    client.force_login(user)
    client.post(IDEA, IDEA_DATA)
    choices = [str(label) for _value, label in client.get(TOPIC).context["form"].fields["call"].choices]
    assert choices == ["Non, c’est une autre idée", f"Oui\xa0: {call.title}", "Oui\xa0: Un autre appel"]
    for answer in ("", call.pk, other.pk):
        fill(client, TOPIC, {"topic": topic.pk, "call": answer})
        assert str(client.get(TOPIC).context["form"]["call"].value() or "") == str(answer)
    assert "Un autre appel" in client.get(CHECK).content.decode()
    send(client)
    assert Proposal.objects.get().call == other


def test_page_of_a_call_links_to_a_form_with_this_call(client, user, call, topic):
    CallPageFactory()
    client.force_login(user)
    client.post(IDEA, IDEA_DATA)
    start = re.search(rf"{START}\?appel=\d+", client.get(call.url).content.decode())[0]
    idea = re.search(rf'{IDEA}\?appel=[^"]+', unescape(client.get(start).content.decode()))[0]
    answer = client.post(idea, IDEA_DATA | {"title": "Une seconde", "key": ""})
    assert client.get(answer.headers["Location"]).context["form"]["call"].value() == call.pk


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"title": ""}, "Écrivez un titre pour votre proposition."),
        ({"title": "x" * 141}, "Votre texte fait 141 signes. Retirez-en 41."),
        ({"problem": " "}, "Écrivez quel est le problème."),
        ({"body": "y" * 2_140}, "Votre texte fait 2\u00a0140 signes. Retirez-en 140."),
    ],
)
def test_error_messages_explain_what_to_do_and_input_is_preserved(client, call, changes, error):
    page = client.post(IDEA, IDEA_DATA | changes).content.decode()
    assert error in page
    assert "Une seule page" in page or "y" * 2_140 in page
    assert re.search(r"<title>\s*Erreur", page)


def test_line_breaks_count_as_one_character(client, call):
    text = "\r\n".join("x" * 19 for _line in range(100))
    assert client.post(IDEA, IDEA_DATA | {"body": text}).status_code == 302


def test_screens_cannot_be_skipped(client, call):
    assert client.get(TOPIC).headers["Location"] == IDEA
    assert client.get(CHECK).headers["Location"] == IDEA
    client.post(IDEA, IDEA_DATA)
    assert client.get(CHECK).headers["Location"].startswith(TOPIC)
    assert client.get(DONE).headers["Location"] == START


def test_rules_must_be_accepted(client, user, call, topic):
    client.force_login(user)
    write(client, topic)
    assert "Cochez la case" in send(client, rules="").content.decode()
    assert not Proposal.objects.exists()


def test_filled_honeypot_field_is_refused(client, user, call, topic):
    client.force_login(user)
    write(client, topic)
    assert send(client, website="http://spam.example").status_code == 200
    assert not Proposal.objects.exists()


def test_similar_published_proposals_are_listed(client, call):
    alike = ProposalFactory(title="Afficher les horaires des piscines")
    hidden = ProposalFactory(title="Horaires cachés", state="recue")
    client.post(IDEA, IDEA_DATA)
    page = client.get(TOPIC).content.decode()
    assert alike.title in page
    assert hidden.title not in page


def test_csrf_failure_page_displays_the_text(call):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(IDEA, IDEA_DATA)
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Même en cherchant." in page
    assert "Une seule page pour toutes les médiathèques." in page


def test_start_page_sets_no_cookie(client, call):
    answer = client.get(START)
    assert not answer.cookies
    assert "public" in answer.headers["Cache-Control"]


def test_unpublished_topic_cannot_be_selected(client, call):
    draft = TopicPageFactory(live=False)
    client.post(IDEA, IDEA_DATA)
    assert "Choisissez un sujet" in client.post(TOPIC, {"topic": draft.pk}).content.decode()


def test_start_page_shows_the_closing_date(client, call):
    CallPage.objects.filter(pk=call.pk).update(discussion_from=dt.datetime(2099, 3, 1, 12, tzinfo=dt.UTC))
    assert "1er\u00a0mars 2099" in client.get(START).content.decode()
