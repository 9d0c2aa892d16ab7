"""Official answers: published now or on a date, invisible before, shown with author, date, reasons and next steps."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from common.shown import BY_PROGRAM
from digests.queries.activity import activity_in
from digests.queries.items import Window
from digests.queries.selection import Reader, choose
from home.queries.overview import overview
from mailing.ticking import tick
from participation.errors import (
    DateInThePast,
    PlaceholdersLeft,
    SignatureMissing,
    WrongState,
)
from participation.forms.lists import ProposalFilters
from participation.models import CityService, OfficialAnswer, Proposal, ProposalStep
from participation.queries.proposals import list_proposals
from participation.services import answers
from participation.services.answers import (
    publish_answer,
    publish_due_answers,
    schedule_answer,
    unschedule_answer,
)
from tests.factories import CityServiceFactory, OfficialAnswerFactory, ProposalFactory, UserFactory
from tests.outbox import outbox

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

State, Role, Status = Proposal.State, ProposalStep.Role, OfficialAnswer.Status
NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
XSS = ["<script>alert(1)</script>", '"><svg onload=alert(1)>', "{{ 7|add:7 }}", "javascript:alert(1)"]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def draft(**changes):
    return OfficialAnswerFactory(**{"status": Status.DRAFT, "reasons": "Un canari secret."} | changes)


def publish(answer, actor, now=NOW):
    return publish_answer(answer=answer, actor=actor, now=now, shown=BY_PROGRAM)


def old_proposal(**changes):
    return ProposalFactory(**{"created_at": NOW - 30 * DAY} | changes)


# --- Publishing --------------------------------------------------------------------------------------------------


def test_publication_changes_the_state_and_notifies_the_author_once(agent):
    proposal = old_proposal()
    answer = draft(proposal=proposal, next_steps="Le premier atelier ouvre en mars.")
    for _time in range(2):
        published = publish(answer, agent)
    proposal.refresh_from_db()
    assert (published.status, published.published_at) == (Status.PUBLISHED, NOW)
    assert (proposal.state, proposal.answered_at, proposal.answer_delay) == (State.ACCEPTED, NOW, 30)
    step = proposal.steps.last()
    assert (step.role, step.actor, step.answer, step.to_state) == (Role.SERVICE, agent, answer, State.ACCEPTED)
    (message,) = outbox
    assert message.to == [proposal.author.email]
    for words in ("Un canari secret.", "Le premier atelier ouvre en mars.", answer.service.name, answer.signed_as):
        assert words in message.body
        assert words in message.alternatives[0][0]
    assert ModelLogEntry.objects.filter(action="participation.publish_answer", user=agent).count() == 1


def test_page_shows_decision_date_reasons_next_steps_and_signature(client):
    answer = OfficialAnswerFactory(
        proposal=old_proposal(), decision=State.PARTLY_ACCEPTED, next_steps="Le premier atelier ouvre en mars.",
        service=CityServiceFactory(name="Réseau des médiathèques"), signed_as="responsable du réseau",
    )  # fmt: skip
    page = client.get(answer.proposal.get_absolute_url()).content.decode()
    box = page.split(f'id="{answer.anchor}"')[1].split("</section>")[0]
    for words in (
        "Acceptée en partie",
        "24\u00a0novembre 2026",
        "Voici pourquoi.",
        "Le premier atelier ouvre en mars.",
        "Réseau des médiathèques, responsable du réseau",
    ):
        assert words in box, words
    assert answer.service.contact_email not in page


def test_several_answers_are_displayed_newest_first(client, agent):
    proposal = old_proposal()
    first = publish(draft(proposal=proposal, reasons="D’abord oui."), agent, NOW - 5 * DAY)
    second = publish(draft(proposal=proposal, reasons="Encore oui, avec une date."), agent, NOW - DAY)
    third = publish(draft(proposal=proposal, decision=State.DONE, reasons="C’est fait."), agent)
    page = client.get(proposal.get_absolute_url()).content.decode()
    places = [page.index(f'id="{answer.anchor}"') for answer in (third, second, first)]
    assert places == sorted(places)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answered_at, proposal.answer_delay) == (State.DONE, NOW, 25)
    # The second one confirms the decision: it is an answer without a change of state.
    assert [step.to_state for step in proposal.steps.filter(role=Role.SERVICE)] == [State.ACCEPTED, State.DONE]
    assert len(outbox) == 3


def test_decision_not_permitted_in_the_state_is_refused_without_effects(agent):
    answer = draft()
    Proposal.objects.filter(pk=answer.proposal_id).update(state=State.WITHDRAWN)
    with pytest.raises(WrongState):
        publish(answer, agent)
    answer.refresh_from_db()
    assert (answer.status, answer.published_at, outbox) == (Status.DRAFT, None, [])
    with pytest.raises(ValidationError):
        OfficialAnswer(proposal=ProposalFactory(state=State.DONE), decision=State.ACCEPTED).clean()


def test_database_refuses_a_status_without_its_date():
    for values in ({"status": Status.PUBLISHED}, {"published_at": NOW}, {"status": Status.SCHEDULED}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OfficialAnswer.objects.create(proposal=ProposalFactory(), decision=State.ACCEPTED, reasons="Oui.", **values)


@pytest.mark.parametrize("group", ["Rédaction", "Secrétariat", "Modération", None])
def test_users_without_permission_cannot_publish_or_schedule_answers(editor_of, group):
    person = editor_of(group) if group else UserFactory()
    answer = draft()
    for refused in (
        lambda: publish(answer, person),
        lambda: schedule_answer(answer=answer, actor=person, publish_at=NOW + DAY, now=NOW, shown=BY_PROGRAM),
        lambda: unschedule_answer(answer=answer, actor=person),
    ):
        with pytest.raises(PermissionDenied):
            refused()
    answer.refresh_from_db()
    assert answer.is_draft


def test_animation_can_answer_and_services_have_no_other_permission(editor_of):
    publish(draft(), editor_of("Animation"))
    rights = editor_of("Services").groups.get().permissions.values_list("codename", flat=True)
    assert sorted(rights) == ["access_admin", "answer_proposal"]


def test_harmful_texts_are_escaped(client, agent):
    body = "\n\n".join(XSS)
    answer = publish(draft(reasons=body, next_steps=body, signed_as=XSS[1]), agent)
    page = client.get(answer.proposal.get_absolute_url()).content.decode().lower()
    for text in (page, outbox[0].alternatives[0][0].lower()):
        assert "<script>alert" not in text
        assert "<svg onload" not in text
    assert "{{ 7|add:7 }}" in page


# --- At a chosen time --------------------------------------------------------------------------------------------


def schedule(answer, actor, at):
    return schedule_answer(answer=answer, actor=actor, publish_at=at, now=timezone.now(), shown=BY_PROGRAM)


def test_scheduled_answer_is_published_by_the_tick_at_its_date(client, agent, clock):
    answer = schedule(draft(), agent, NOW + 2 * DAY)
    url = answer.proposal.get_absolute_url()
    for moment in (NOW, NOW + 2 * DAY - dt.timedelta(seconds=1)):
        clock.move_to(moment)
        tick(now=moment)
        assert "canari secret" not in client.get(url).content.decode()
    clock.move_to(NOW + 2 * DAY)
    assert "1 answers published" in str(tick(now=NOW + 2 * DAY))
    assert "answers published" not in str(tick(now=NOW + 2 * DAY))
    assert "canari secret" in client.get(url).content.decode()
    answer.refresh_from_db()
    assert (answer.published_at, answer.publish_at) == (NOW + 2 * DAY, None)
    assert answer.proposal.steps.last().actor == agent


def test_scheduled_answer_that_became_invalid_is_a_draft_with_a_problem(agent):
    impossible, possible = draft(), draft(reasons="Une autre.")
    for answer in (impossible, possible):
        schedule(answer, agent, NOW + DAY)
    Proposal.objects.filter(pk=impossible.proposal_id).update(state=State.MERGED)
    assert publish_due_answers(now=NOW + DAY) == (1, 1)
    impossible.refresh_from_db()
    assert impossible.is_draft
    assert impossible.problem
    assert publish_due_answers(now=NOW + DAY) == (0, 0)


LEFT = "Voici où : [à compléter : le lieu]."


@pytest.mark.parametrize("field", ["reasons", "next_steps", "signed_as"])
def test_answer_with_a_placeholder_cannot_be_published_or_scheduled(agent, field):
    answer = draft(**{field: LEFT})
    for publishing in (lambda: publish(answer, agent), lambda: schedule(answer, agent, NOW + DAY)):
        with pytest.raises(PlaceholdersLeft, match=r"\[à compléter : le lieu\]"):
            publishing()
    answer.refresh_from_db()
    assert (answer.is_draft, getattr(answer, field)) == (True, LEFT)
    setattr(answer, field, "Voici où : […] à la mairie…")
    answer.save()
    assert publish(answer, agent).is_published


def test_scheduled_answer_with_a_new_placeholder_becomes_a_draft_again(agent):
    answer = schedule(draft(), agent, NOW + DAY)
    OfficialAnswer.objects.update(reasons=LEFT)
    assert publish_due_answers(now=NOW + DAY) == (0, 1)
    answer.refresh_from_db()
    assert (answer.is_draft, answer.reasons) == (True, LEFT)
    assert "[à compléter : le lieu]" in answer.problem


def test_unexpected_failure_is_retried_and_does_not_block_other_answers(agent, monkeypatch):
    first, second = draft(), draft()
    for answer in (first, second):
        schedule(answer, agent, NOW + DAY)
    real = answers.notify_of_answer
    monkeypatch.setattr(
        answers,
        "notify_of_answer",
        lambda answer, **more: 1 / 0 if answer.pk == first.pk else real(answer, **more),
    )
    assert publish_due_answers(now=NOW + DAY) == (1, 0)
    first.refresh_from_db()
    assert first.is_scheduled
    monkeypatch.undo()
    assert publish_due_answers(now=NOW + DAY) == (1, 0)


def test_past_date_is_refused_and_a_date_can_be_changed_or_removed(agent):
    answer = draft()
    with pytest.raises(DateInThePast):
        schedule(answer, agent, NOW)
    schedule(answer, agent, NOW + DAY)
    schedule(answer, agent, NOW + 3 * DAY)
    assert publish_due_answers(now=NOW + DAY) == (0, 0)
    assert unschedule_answer(answer=answer, actor=agent).is_draft
    assert publish_due_answers(now=NOW + 3 * DAY) == (0, 0)
    publish(answer, agent)
    with pytest.raises(WrongState):
        schedule(answer, agent, NOW + DAY)
    with pytest.raises(WrongState):
        unschedule_answer(answer=answer, actor=agent)


# --- Invisible before publication --------------------------------------------------------------------------------


def surfaces(client):
    """Returns all public pages, the entries of a digest, and the answers on the home page."""
    window = Window(start=NOW - 60 * DAY, end=NOW + DAY, soon_from=NOW, soon_until=NOW + DAY)
    selection = choose(activity_in(window, now=NOW), Reader(start=window.start))
    told = [each for each in selection.entries if each.source == "official-answers"]
    paths = ["/", "/propositions/", "/propositions/?tri=reponses", "/recherche/?q=canari", "/propositions/?q=canari",
             "/plan-du-site/", "/sitemap.xml", "/actualites/flux.xml"]  # fmt: skip
    paths += [proposal.get_absolute_url() for proposal in Proposal.objects.published()]
    shown = "".join(client.get(path).content.decode() for path in paths)
    return shown, told, overview(now=NOW).answers


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SCHEDULED])
def test_drafts_and_scheduled_answers_are_not_public(status):
    author = UserFactory()
    proposal = old_proposal(title="Une idée", author=author)
    OfficialAnswerFactory(
        proposal=proposal, status=status, publish_at=NOW + DAY, reasons="Un canari secret.",
        next_steps="Un canari secret.", signed_as="canari secret", decision=State.NOT_RETAINED,
    )  # fmt: skip
    for reader in (None, UserFactory(), author):
        browser = Client()
        if reader:
            browser.force_login(reader)
        shown, told, on_home = surfaces(browser)
        assert "canari secret" not in shown
        assert "Non retenue" not in browser.get(proposal.get_absolute_url()).content.decode()
        assert (told, on_home) == ([], [])
    assert not OfficialAnswer.objects.visible_to(author).exists()
    assert not list_proposals(author, ProposalFilters({"tri": "reponses"})).exists()


def test_published_answer_is_on_pages_digest_and_home_page(client):
    OfficialAnswerFactory(proposal=old_proposal(), reasons="Un canari chante.", published_at=NOW)
    shown, told, on_home = surfaces(client)
    assert shown.count("Un canari chante.") >= 2
    assert len(told) == len(on_home) == 1


def test_answer_is_hidden_with_its_proposal(client):
    answer = OfficialAnswerFactory(proposal=old_proposal(), reasons="Un canari chante.", published_at=NOW)
    Proposal.objects.filter(pk=answer.proposal_id).update(state=State.REFUSED)
    shown, told, on_home = surfaces(client)
    assert "Un canari chante." not in shown
    assert (told, on_home) == ([], [])
    assert list(OfficialAnswer.objects.visible_to(answer.proposal.author)) == [answer]


# --- Lists and links, signature ------------------------------------------------------------------------------------


def test_lists_and_links_are_rendered_on_page_in_email_and_export(client, agent):
    proposal = old_proposal(author=UserFactory())
    publish(draft(proposal=proposal, reasons="Voici :\n- **un**\n- [deux](https://ville.example/)"), agent)
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert '<li><b>un</b></li><li><a href="https://ville.example/">deux</a></li>' in page
    mail = next(mail for mail in outbox if "**" not in mail.body and "deux (https://ville.example/)" in mail.body)
    assert "<b>un</b></li>" in mail.alternatives[0][0]
    table = client.get("/donnees-ouvertes/reponses.csv").getvalue().decode()
    assert "deux (https://ville.example/)" in table
    assert "**" not in table


def test_older_answer_without_markup_is_displayed_unchanged(client, agent):
    proposal = old_proposal()
    publish(draft(proposal=proposal, reasons="- **un**\n- deux", has_marks=False), agent)
    assert "<p>- **un**<br>- deux</p>" in client.get(proposal.get_absolute_url()).content.decode()


@pytest.mark.parametrize("missing", [{"service": None}, {"signed_as": ""}])
def test_unsigned_answer_cannot_be_published_or_scheduled(agent, missing):
    answer = draft(**missing)
    with pytest.raises(SignatureMissing):
        publish(answer, agent)
    with pytest.raises(SignatureMissing):
        schedule_answer(answer=answer, actor=agent, publish_at=NOW + DAY, now=NOW, shown=BY_PROGRAM)
    answer.refresh_from_db()
    assert answer.is_draft


@pytest.mark.parametrize(
    ("position", "signature"),
    [
        ("directrice", "Direction du numérique, directrice"),
        ("direction du numérique", "direction du numérique"),
        ("Direction du numérique, cheffe", "Direction du numérique, cheffe"),
        ("", "Direction du numérique"),
    ],
)
def test_signature_names_the_service_once(position, signature):
    answer = OfficialAnswer(service=CityService(name="Direction du numérique"), signed_as=position)
    assert answer.signature == signature
