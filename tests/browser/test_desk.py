"""What an agent enters at a desk: typed, printed, claimed by its author with the code of the sheet.

The agent works in the admin on a wide screen; the person has a phone, with and without JavaScript, and by keyboard.
"""

import datetime as dt
import re

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import expect

from accounts.services.accounts import create_verified_user
from participation.models import DeskEntry, Proposal
from polls.models import AgentEntry, Choice, Poll, Question
from polls.queries.results import tallies
from tests.browser.people import EMAIL, Pointing, create_account, fits
from tests.factories import CallPageFactory, CommentFactory, DiscussionFactory, ProposalFactory, TopicPageFactory

pytestmark = [
    pytest.mark.browser,
    # `tests/participation/test_desk.py` and `tests/polls/test_agent_entries.py` hold the rules on both.
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("outbox"),
]

PASSWORD = "quai-canal-0417"
CODE = re.compile(r"[A-Z0-9]{5}-[A-Z0-9]{5}")


@pytest.fixture
def desk(watched):
    """An agent who signs in to the admin with a password, at a desk."""
    agent = create_verified_user(email="sam@comite.example", public_name="Sam T.", password=PASSWORD)
    agent.groups.add(Group.objects.get(name="Accueil"))
    with watched(width=1280, statuses=(422,)) as page:
        page.goto("/admin/")
        working = Pointing(page)
        working.fill(login=agent.email, password=PASSWORD)
        page.locator("form:has([name=password]) button[type=submit]").click()
        yield working


def choose_in_the_menu(desk: Pointing, line: str) -> None:
    desk.press("Saisir pour une personne")
    desk.follow(line)


def printed(desk: Pointing) -> str:
    """The receipt on paper: one sheet, and nothing but the receipt; returns what it says."""
    page = desk.page
    expect(page.locator(".receipt")).to_be_visible()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
    page.emulate_media(media="print")
    assert page.get_by_role("button", name="Saisir pour une personne").is_hidden()
    said = page.locator(".receipt").inner_text()
    page.emulate_media(media="screen")
    return said


def test_a_proposal_is_entered_printed_and_claimed_on_a_phone(desk, person):
    call = CallPageFactory()
    topic = TopicPageFactory(title="Inclusion numérique")
    choose_in_the_menu(desk, "Une proposition")
    desk.fill(title="Un guichet mobile", problem="Les guichets ferment.", body="Un bus avec un agent.")
    desk.select("topic", str(topic.pk))
    desk.press("Enregistrer et imprimer le reçu")
    # The name was forgotten: nothing that was typed is lost.
    expect(desk.page.get_by_role("main")).to_contain_text("Il y a quelque chose à corriger")
    expect(desk.page.locator("[name=body]")).to_have_value("Un bus avec un agent.")
    desk.fill(author_name="Nadège P.")
    desk.tick("origin", "guichet")
    desk.press("Enregistrer et imprimer le reçu")
    sheet = printed(desk)
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
    proposal = entry.proposal
    assert (proposal.call, proposal.topic, proposal.state) == (call, topic, Proposal.State.RECEIVED)

    page = person.page
    assert page.goto(proposal.get_absolute_url()).status == 404, "nobody reads it before a moderator"
    page.goto("/compte/rattacher/")
    person.follow("Créer un compte")
    create_account(person)
    expect(page.get_by_role("heading", level=1)).to_have_text("Rattacher un texte à mon compte")
    assert fits(page)
    person.fill(number=str(entry.pk), code="AAAAA-AAAAA")
    person.press("Rattacher")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("[name=number]")).to_have_value(str(entry.pk))
    # As one types on a phone: small letters, no hyphen.
    person.fill(code=code.lower().replace("-", " "))
    person.press("Rattacher")
    expect(page).to_have_url(re.compile("/compte/contributions/$"))
    assert fits(page)
    person.follow("Un guichet mobile")
    expect(page.get_by_role("main")).to_contain_text("Un bus avec un agent.")
    proposal.refresh_from_db()
    assert proposal.author.email == EMAIL


def test_a_comment_is_entered_on_a_proposal_found_by_its_number(desk):
    comment = CommentFactory(discussion=DiscussionFactory(proposal=ProposalFactory(call=CallPageFactory())))
    choose_in_the_menu(desk, "Un commentaire")
    desk.fill(proposal=str(comment.discussion.proposal_id), body="Le samedi aussi.", author_name="Odile M.")
    desk.tick("position", "1")
    desk.tick("origin", "telephone")
    desk.press("Enregistrer et imprimer le reçu")
    assert CODE.search(printed(desk))
    entered = DeskEntry.objects.get().comment
    assert (entered.discussion, entered.body, entered.state) == (comment.discussion, "Le samedi aussi.", "recu")
    assert entered.position == entered.Position.FOR


def test_a_nominative_poll_is_answered_for_somebody_then_corrected(desk, watched):
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
    choose_in_the_menu(desk, "Une réponse à un sondage")
    expect(desk.page.get_by_role("main")).not_to_contain_text("Vote secret")
    desk.follow("Où se voir")
    desk.fill(name="Odile Meyer")
    desk.tick("origin", "guichet")
    desk.tick(f"question_{question.pk}", str(here.pk))
    desk.press("Enregistrer la réponse")
    expect(desk.page.get_by_role("main")).to_contain_text("Demandez à la personne")
    expect(desk.page.locator(f"[name=question_{question.pk}][value='{here.pk}']")).to_be_checked()
    desk.tick("declared")
    desk.press("Enregistrer la réponse")
    assert "À Neudorf" in printed(desk)

    desk.follow("Changer la réponse")
    desk.tick(f"question_{question.pk}", str(there.pk))
    desk.press("Enregistrer la réponse")
    assert "À Cronenbourg" in printed(desk)
    assert AgentEntry.objects.get().name == "Odile Meyer"
    assert [(line.choice, line.people) for line in tallies(poll)[0].lines] == [(there, 1), (here, 0)]
    with watched() as page:
        page.goto("/sondages/")
        expect(page.get_by_role("main")).not_to_contain_text("Odile Meyer")
