"""Progressive enhancement (docs/enhancement.md) in a real browser, and the same features without scripts.

Each journey runs with and without JavaScript and must result in the same rows, text and markup.
"""

import datetime as dt
import re

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from participation.models import Comment, Proposal
from polls.models import Choice, Poll, Question, SecretTally
from polls.queries.results import tallies
from tests.browser.axe import violations
from tests.browser.enhanced import HeldRequests, button, is_document, main_markup, without_reload
from tests.factories import CallPageFactory, CommentFactory, DiscussionFactory, ProposalFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

WEEK = dt.timedelta(days=7)


@pytest.fixture
def proposal():
    return ProposalFactory(call=CallPageFactory(), title="Des ateliers le samedi")


def test_support_and_withdraw_support(visit, user, proposal):
    results: dict[bool, list[str]] = {True: [], False: []}
    for js in (True, False):
        page = visit(proposal.get_absolute_url(), user=user, js=js)
        for press, then, count in (
            ("Soutenir cette proposition", "Retirer mon soutien", 1),
            ("Retirer mon soutien", "Soutenir cette proposition", 0),
        ):
            button(page, press).click()
            expect(button(page, then)).to_be_visible()
            assert proposal.supports.count() == count
            results[js].append(main_markup(page))
    assert results[True] == results[False]


def test_support_by_keyboard_keeps_the_focus_and_announces_the_result(visit, user, proposal):
    page = visit(proposal.get_absolute_url(), user=user)
    with without_reload(page):
        button(page, "Soutenir cette proposition").focus()
        page.keyboard.press("Enter")
        expect(button(page, "Retirer mon soutien")).to_be_focused()
        sentence = page.locator("#soutien-phrase").inner_text()
        expect(page.locator("[role=status]#statut")).to_have_text(re.sub(r"\s+", " ", sentence))
        assert "dont vous" in sentence
        page.keyboard.press("Space")
        expect(button(page, "Soutenir cette proposition")).to_be_focused()
    assert proposal.supports.count() == 0


def test_focus_moves_to_the_new_fragment_if_the_button_is_gone(visit, user, proposal):
    page = visit(proposal.get_absolute_url(), user=user)
    Proposal.objects.update(state=Proposal.State.DONE)
    with without_reload(page):
        button(page, "Soutenir cette proposition").click()
        expect(page.locator("#soutien")).to_contain_text("Il n’est plus possible de soutenir")
        expect(page.locator("#soutiens")).to_be_focused()
    assert proposal.supports.count() == 0


def test_second_submission_is_ignored_and_a_busy_message_displayed(visit, user, proposal):
    page = visit(proposal.get_absolute_url(), user=user, clock=True)
    held = HeldRequests(page, "/soutenir/")
    with without_reload(page):
        button(page, "Soutenir cette proposition").dblclick()
        page.keyboard.press("Enter")
        expect(page.locator("#soutien")).to_have_attribute("aria-busy", "true")
        expect(button(page, "Soutenir cette proposition")).to_be_enabled()
        expect(page.locator("#statut")).to_be_empty()
        page.clock.fast_forward(1_100)
        expect(page.locator("#statut")).to_have_text("Envoi en cours…")
        expect(page.locator("#soutien")).to_contain_text("Envoi en cours…")
        held.wait()
        (route,) = held.routes
        route.continue_()
        expect(button(page, "Retirer mon soutien")).to_be_focused()
        expect(page.locator("[aria-busy]")).to_have_count(0)
        expect(page.get_by_text("Envoi en cours…")).to_have_count(0)
    assert len(held.routes) == 1
    assert proposal.supports.count() == 1


def test_request_timeout_falls_back_to_a_plain_submission(visit, user, proposal):
    page = visit(proposal.get_absolute_url(), user=user, clock=True)
    held = HeldRequests(page, "/soutenir/")
    button(page, "Soutenir cette proposition").click()
    expect(page.locator("#soutien")).to_have_attribute("aria-busy", "true")
    held.wait()
    page.clock.fast_forward(7_500)
    assert proposal.supports.count() == 0
    page.clock.fast_forward(600)
    expect(page).to_have_url(re.compile("#soutien$"))
    expect(button(page, "Retirer mon soutien")).to_be_visible()
    assert len(held.routes) == 1
    assert proposal.supports.count() == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda route: route.abort(), id="no network"),
        pytest.param(lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"), id="broken proxy"),
        pytest.param(lambda route: route.fulfill(status=200, body="<p>Wi-Fi</p>"), id="page of a stranger"),
    ],
)
def test_failed_script_request_falls_back_to_a_plain_submission(visit, user, proposal, answer):
    page = visit(proposal.get_absolute_url(), user=user)
    page.route("**/commenter/", lambda route: route.continue_() if is_document(route) else answer(route))
    page.get_by_label("Votre commentaire").fill("Avec une pause.")
    button(page, "Envoyer mon commentaire").click()
    expect(page).to_have_url(re.compile(r"#c\d+-attente$"))
    expect(page.get_by_role("main")).to_contain_text("Avec une pause.")
    assert Comment.objects.get().body == "Avec une pause."


def test_expired_session_shows_the_sign_in_form_and_the_text(visit, user, proposal):
    page = visit(proposal.get_absolute_url(), user=user)
    Session.objects.all().delete()
    page.get_by_label("Votre commentaire").fill("Avec une pause.")
    button(page, "Envoyer mon commentaire").click()
    expect(page.get_by_role("main").get_by_label(re.compile("Votre adresse e.mail"))).to_be_visible()
    expect(page.get_by_label("Votre commentaire")).to_have_value("Avec une pause.")
    expect(page.locator("header")).to_have_count(1)
    assert not Comment.objects.exists()


def test_missing_csrf_cookie_shows_the_text_again(visit, user, proposal):
    page = visit(proposal.get_absolute_url(), user=user)
    page.context.clear_cookies(name="csrftoken")
    page.get_by_label("Votre commentaire").fill("Avec une pause.\nEt un café.")
    button(page, "Envoyer mon commentaire").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("La page est restée ouverte trop longtemps")
    expect(page.locator("textarea")).to_have_value("Avec une pause.\nEt un café.")
    expect(page.locator("header")).to_have_count(1)
    button(page, "Envoyer à nouveau").click()
    expect(page).to_have_url(re.compile(r"#c\d+-attente$"))
    assert Comment.objects.get().body.splitlines() == ["Avec une pause.", "Et un café."]


def test_comment_after_a_mistake(visit, user, proposal):
    CommentFactory(discussion=DiscussionFactory(proposal=proposal, comment_count=1), body="Bonne idée.")
    results = {}
    for js in (True, False):
        page = visit(proposal.get_absolute_url(), user=user, js=js)
        button(page, "Envoyer mon commentaire").click()
        summary = page.locator(".error-summary")
        expect(summary).to_be_focused()
        expect(summary).to_contain_text("Écrivez votre commentaire")
        page.get_by_label("Votre commentaire").fill("« Oui » : le samedi !")
        button(page, "Envoyer mon commentaire").click()
        expect(page.locator(".comment")).to_have_count(2)
        written = Comment.objects.latest("pk")
        assert (written.body, written.state) == ("« Oui » : le samedi !", Comment.State.RECEIVED)
        results[js] = main_markup(page)
        written.delete()
    assert results[True] == results[False]


def test_comment_is_posted_without_reload_or_change_of_title(visit, user, proposal):
    page = visit(proposal.get_absolute_url(), user=user)
    title = page.title()
    with without_reload(page):
        button(page, "Envoyer mon commentaire").click()
        expect(page.locator(".error-summary")).to_be_focused()
        page.get_by_label("Votre commentaire").fill("Avec une pause.")
        button(page, "Envoyer mon commentaire").focus()
        page.keyboard.press("Enter")
        notice = page.locator(".comment .notice")
        expect(notice).to_be_focused()
        expect(notice).to_contain_text("Votre commentaire est envoyé. Une personne le lira au plus tard le")
        expect(page.get_by_label("Votre commentaire")).to_have_value("")
        expect(page.locator(".error-summary")).to_have_count(0)
        # A second one, from the form received with the first.
        page.get_by_label("Votre commentaire").fill("Et un café.")
        button(page, "Envoyer mon commentaire").click()
        expect(page.locator(".comment")).to_have_count(2)
        assert page.title() == title
        assert not violations(page)
    assert list(Comment.objects.values_list("body", flat=True)) == ["Avec une pause.", "Et un café."]


@pytest.mark.parametrize("js", [True, False], ids=["javascript", "no-javascript"])
def test_confirmation_is_focused_and_displayed_once(visit, user, proposal, js):
    discussion = DiscussionFactory(proposal=proposal, comment_count=8)
    reported = CommentFactory.create_batch(8, discussion=discussion, body="Bonne idée. " * 20)[3]
    page = visit(proposal.get_absolute_url(), user=user, js=js)
    page.get_by_label("Votre commentaire").fill("Avec une pause.")
    button(page, "Envoyer mon commentaire").click()

    def check(notice, sentence):
        expect(notice).to_be_focused()
        expect(notice).to_contain_text(sentence)
        expect(notice).to_be_in_viewport(ratio=1)
        expect(page.get_by_text(sentence)).to_have_count(1)
        expect(page.locator("#statut")).to_be_empty()
        # axe waits for timers, which do not run without scripts.
        assert not js or not violations(page)

    written = page.locator(".comment", has_text="Avec une pause.")
    check(written.locator(".notice"), "Votre commentaire est envoyé.")
    expect(written.get_by_text("Avec une pause.")).to_be_in_viewport(ratio=1)
    page.locator(f"#{reported.anchor}").get_by_role("link", name="Signaler").click()
    page.locator("[name=reason]").fill("C’est une publicité.")
    button(page, "Envoyer mon signalement").click()
    check(page.locator(f"#{reported.anchor}-avis"), "Votre signalement est envoyé.")


@pytest.fixture
def poll():
    now = timezone.now()
    poll = Poll.objects.create(
        title="Où se voir ?", slug="ou", is_draft=False, opens_at=now - WEEK, closes_at=now + WEEK
    )
    for text in ("Quel lieu ?", "Quel jour ?"):
        question = Question.objects.create(poll=poll, text=text)
        for choice in ("Le premier", "Le second"):
            Choice.objects.create(question=question, text=choice)
    return poll


def test_answer_a_poll_after_a_mistake(visit, user, poll):
    results = {}
    for js in (True, False):
        page = visit(poll.get_absolute_url(), user=user, js=js)
        page.get_by_role("group", name="Quel lieu ?").get_by_label("Le second").check()
        button(page, "Envoyer ma réponse").click()
        expect(page.locator(".error-summary")).to_be_focused()
        wrong = main_markup(page)
        assert page.title().startswith("Erreur")
        page.get_by_role("group", name="Quel jour ?").get_by_label("Le premier").check()
        button(page, "Envoyer ma réponse").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Résultats")
        results[js] = [wrong, main_markup(page)]
        counted = {line.choice.text: line.people for tally in tallies(poll) for line in tally.lines if line.people}
        assert counted == {"Le second": 1, "Le premier": 1}
        poll.participations.all().delete()
        SecretTally.objects.all().delete()
    assert results[True] == results[False]


def test_number_of_remaining_characters_is_displayed(visit):
    CallPageFactory()
    page = visit("/propositions/deposer/idee/", clock=True)
    problem = page.get_by_label("Quel est le problème")
    note = page.locator("#id_problem_count")
    expect(note).to_have_text("Il reste 2\xa0000 signes")
    assert "id_problem_count" in problem.get_attribute("aria-describedby")
    problem.fill(" été 🙂\n")
    expect(note).to_have_text("Il reste 1\xa0995 signes")
    problem.fill("a" * 1_999)
    expect(note).to_have_text("Il reste 1 signe")
    expect(page.locator("#statut")).to_be_empty()
    page.clock.fast_forward(1_100)
    expect(page.locator("#statut")).to_have_text("Il reste 1 signe")
    problem.fill("a" * 2_012)
    expect(note).to_have_text("12 signes de trop")
    assert not violations(page)


def test_the_link_of_a_text_is_copied(visit, live_server, proposal):
    comment = CommentFactory(discussion=DiscussionFactory(proposal=proposal, comment_count=1))
    page = visit(proposal.get_absolute_url())
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name=re.compile("^Copier le lien du commentaire de")).click()
    expect(page.locator("#statut")).to_have_text("Le lien est copié")
    address = f"{live_server.url}{proposal.get_absolute_url()}"
    assert page.evaluate("navigator.clipboard.readText()") == f"{address}#{comment.anchor}"
    page.get_by_role("button", name="Copier le lien de cette proposition").click()
    expect(page.get_by_role("button", name="Le lien est copié de cette proposition")).to_be_focused()
    assert page.evaluate("navigator.clipboard.readText()") == address
    assert not violations(page)


def test_page_without_scripts_has_no_inactive_controls(visit, user, proposal):
    """Every button of the page is in a form; controls that need scripts are absent."""
    CommentFactory(discussion=DiscussionFactory(proposal=proposal, comment_count=1))
    page = visit(proposal.get_absolute_url(), user=user, js=False)
    assert page.locator("button").count() == page.locator("form[action] button[type=submit]").count() == 3
    expect(page.get_by_text("Copier le lien")).to_have_count(0)
    expect(page.locator(".field__count")).to_have_count(0)


SCRIPTS = "[...document.scripts].map(script => script.src).filter(source => source)"


def test_only_enhanced_pages_load_scripts(visit, proposal):
    loaded = {}
    for path in ("/", "/actualites/", "/aide/", "/veille/", proposal.get_absolute_url()):
        page = visit(path)
        loaded[path] = [script.rpartition("/")[2] for script in page.evaluate(SCRIPTS)]
    assert loaded == {
        "/": [],
        "/actualites/": [],
        "/aide/": [],
        "/veille/": ["site.js", "htmx.min.js"],
        proposal.get_absolute_url(): ["site.js"],
    }
