"""An agent's entry at a desk: typed, printed, claimed by its author with the code of the receipt.

The agent works in the admin, on a wide screen and on a phone; the author has a phone, with and without JavaScript,
and by keyboard.
"""

import datetime as dt
import re
import uuid

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import expect

from accounts.services.accounts import create_verified_user
from common.origins import Origin
from common.shown import BY_PROGRAM
from participation.models import Appeal, DeskEntry, Proposal
from participation.services.desk import Sender, enter_proposal
from participation.services.moderation import moderate
from polls.models import AgentEntry, Choice, Poll, Question
from polls.queries.results import tallies
from tests.browser.people import EMAIL, MODES, PHONE_WIDTH, create_account, fits
from tests.browser.walker import Walker
from tests.factories import CallPageFactory, CommentFactory, DiscussionFactory, ProposalFactory, TopicPageFactory

pytestmark = [
    pytest.mark.browser,
    # `tests/participation/test_desk.py` and `tests/polls/test_agent_entries.py` cover the rules on both.
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("outbox"),
]

PASSWORD = "quai-canal-0417"
CODE = re.compile(r"[A-Z0-9]{5}-[A-Z0-9]{5}")


@pytest.fixture
def desk(walker):
    """Agent who signs in to the admin with a password."""
    agent = create_verified_user(email="sam@comite.example", public_name="Sam T.", password=PASSWORD)
    agent.groups.add(Group.objects.get(name="Accueil"))
    walker.page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1 }")
    walker.open("/admin/")
    walker.fill(login=agent.email, password=PASSWORD)
    walker.press("Me connecter avec mon mot de passe")
    walker.agent = agent
    return walker


def printed_receipt(desk: Walker) -> str:
    """Checks that the printed receipt is one sheet with nothing else; returns its text."""
    page = desk.page
    expect(page.locator(".receipt")).to_be_visible()
    assert page.evaluate("window.printed") == 1, "the print window opens by itself"
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
    page.emulate_media(media="print")
    for name in ("Saisir pour une personne", "Imprimer le reçu"):
        assert page.get_by_role("button", name=name).is_hidden()
    text = page.locator(".receipt").inner_text()
    page.emulate_media(media="screen")
    return text


# Both widths of the agent and each mode of the author, in turn instead of all combinations.
@pytest.mark.guide("Se connecter", "Saisir une proposition ou un commentaire", "Donner le reçu")
@pytest.mark.parametrize(
    ("walker", "person"),
    [(1280, MODES["javascript"]), (PHONE_WIDTH, MODES["keyboard"]), (1280, MODES["no-javascript"])],
    indirect=True,
    ids=["javascript-1280", "keyboard-360", "no-javascript-1280"],
)
def test_a_proposal_is_entered_printed_and_claimed_on_a_phone(desk, person):
    call = CallPageFactory()
    topic = TopicPageFactory(title="Inclusion numérique")
    desk.choose("Au guichet", "Une proposition")
    desk.fill(title="Un guichet mobile", problem="Les guichets ferment.", body="Un bus avec un agent.")
    desk.select("topic", str(topic.pk))
    desk.press("Enregistrer et imprimer le reçu")
    # The name is missing: no entered value is lost.
    expect(desk.page.get_by_role("main")).to_contain_text("Il y a quelque chose à corriger")
    expect(desk.page.locator("[name=body]")).to_have_value("Un bus avec un agent.")
    desk.fill(author_name="Nadège P.")
    desk.tick("origin", "guichet")
    desk.press("Enregistrer et imprimer le reçu")
    sheet = printed_receipt(desk)
    entry, code = DeskEntry.objects.get(), CODE.search(sheet)[0]
    for words in (
        f"Reçu n° {entry.pk}",
        "Un guichet mobile",
        "Un bus avec un agent.",
        "Nadège P.",
        "/compte/rattacher/",
    ):
        assert words in sheet.replace("\xa0", " ")
    desk.page.reload()
    assert code not in desk.page.content(), "the code is shown once"
    assert desk.page.evaluate("window.printed") == 0
    desk.press_and_stay("Imprimer le reçu")
    assert desk.page.evaluate("window.printed") == 1
    proposal = entry.proposal
    assert (proposal.call, proposal.topic, proposal.state) == (call, topic, Proposal.State.RECEIVED)

    page = person.page
    assert page.goto(proposal.get_absolute_url()).status == 404, "nobody reads it before a moderator"
    page.goto("/compte/rattacher/")
    create_account(person, "Recevoir un code")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rattacher un texte à mon compte")
    assert fits(page)
    person.fill(number=str(entry.pk), code="AAAAA-AAAAA")
    person.press("Rattacher")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("[name=number]")).to_have_value(str(entry.pk))
    # As typed on a phone: lowercase, no hyphen.
    person.fill(code=code.lower().replace("-", " "))
    person.press("Rattacher")
    expect(page).to_have_url(re.compile("/compte/contributions/$"))
    assert fits(page)
    person.follow("Un guichet mobile")
    expect(page.get_by_role("main")).to_contain_text("Un bus avec un agent.")
    proposal.refresh_from_db()
    assert proposal.author.email == EMAIL


@pytest.mark.guide("Saisir une proposition ou un commentaire")
def test_a_comment_is_entered_on_a_proposal_found_by_its_number(desk):
    comment = CommentFactory(discussion=DiscussionFactory(proposal=ProposalFactory(call=CallPageFactory())))
    desk.choose("Au guichet", "Un commentaire")
    desk.fill(proposal=str(comment.discussion.proposal_id), body="Le samedi aussi.", author_name="Odile M.")
    desk.tick("position", "1")
    desk.tick("origin", "telephone")
    desk.press("Enregistrer et imprimer le reçu")
    assert CODE.search(printed_receipt(desk))
    entered = DeskEntry.objects.get().comment
    assert (entered.discussion, entered.body, entered.state) == (comment.discussion, "Le samedi aussi.", "recu")
    assert entered.position == entered.Position.FOR


@pytest.mark.guide("Répondre à un sondage pour une personne", "Choisir entre nominatif et secret")
def test_agent_enters_and_corrects_an_answer_to_a_nominative_poll(desk, watched):
    now, week = timezone.now(), dt.timedelta(days=7)
    poll = Poll.objects.create(
        title="Où se voir ?",
        slug="ou",
        ballot=Poll.Ballot.NOMINATIVE,
        is_draft=False,
        opens_at=now - week,
        closes_at=now + week,
    )
    Poll.objects.create(
        title="Vote secret",
        slug="secret",
        ballot=Poll.Ballot.SECRET,
        is_draft=False,
        opens_at=now - week,
        closes_at=now + week,
    )
    question = Question.objects.create(poll=poll, text="Quel lieu ?")
    here, there = [Choice.objects.create(question=question, text=text) for text in ("À Neudorf", "À Cronenbourg")]
    desk.choose("Au guichet", "Une réponse à un sondage")
    expect(desk.page.get_by_role("main")).not_to_contain_text("Vote secret")
    desk.follow("Où se voir")
    desk.fill(name="Odile Meyer")
    desk.tick("origin", "guichet")
    desk.tick(f"question_{question.pk}", str(here.pk))
    desk.press("Enregistrer et imprimer le reçu")
    expect(desk.page.get_by_role("main")).to_contain_text("Demandez à la personne")
    expect(desk.page.locator(f"[name=question_{question.pk}][value='{here.pk}']")).to_be_checked()
    desk.tick("declared")
    desk.press("Enregistrer et imprimer le reçu")
    assert "À Neudorf" in printed_receipt(desk)

    desk.follow("Changer la réponse")
    desk.tick(f"question_{question.pk}", str(there.pk))
    desk.press("Enregistrer et imprimer le reçu")
    assert "À Cronenbourg" in printed_receipt(desk)
    assert AgentEntry.objects.get().name == "Odile Meyer"
    assert [(line.choice, line.people) for line in tallies(poll)[0].lines] == [(there, 1), (here, 0)]
    with watched() as page:
        page.goto("/sondages/")
        expect(page.get_by_role("main")).not_to_contain_text("Odile Meyer")


@pytest.mark.guide("Quand la personne revient", "Donner le formulaire sur papier")
def test_agent_renews_a_receipt_appeals_and_erases_personal_data(desk, editor_of):
    now, call = timezone.now(), CallPageFactory(title="Vos idées pour la rue")
    texts = {"title": "Un guichet mobile", "problem": "Les guichets ferment.", "body": "Un bus.", "topic": None}
    sender = Sender(name="Odile M.", email="odile@courriel.example", origin=Origin.DESK, received_at=now)
    key = uuid.uuid4()
    entry, code = enter_proposal(agent=desk.agent, sender=sender, call=call, district="", key=key, now=now, **texts)
    given = {"ground": "subject", "reason": "Ce n’est pas un service numérique."}
    moderate(
        text=entry.proposal, state="refusee", moderator=editor_of("Modération"), now=now, **given, shown=BY_PROGRAM
    )

    desk.choose("Au guichet", "Saisies")
    desk.page.locator("main [name=q]").fill(str(entry.pk))
    expect(desk.page).to_have_url(re.compile(rf"[?&]q={entry.pk}\b"))
    desk.follow(f"n° {entry.pk}")
    desk.read("Un guichet mobile", "odile@courriel.example")
    desk.follow("Reçu…")
    desk.press("Faire un nouveau code")
    assert CODE.search(printed_receipt(desk))[0] != code

    desk.choose("Au guichet", "Saisies")
    desk.follow(f"n° {entry.pk}")
    desk.follow("Demander un second regard…")
    desk.fill(body="La personne parle du site de la mairie.")
    desk.press("Demander un second regard")
    assert Appeal.objects.get().body == "La personne parle du site de la mairie."
    desk.follow("Effacer les données personnelles…")
    desk.press("Effacer les données personnelles")
    entry.refresh_from_db()
    assert (entry.email, entry.text.author_name, entry.text.body) == ("", "", "Un bus.")

    desk.open(call.url)
    desk.follow("formulaire")
    desk.read("Vos idées pour la rue")
