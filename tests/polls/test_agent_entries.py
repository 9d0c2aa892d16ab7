"""Answers entered by agents: permissions, one per name, counting and display."""

import csv

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from wagtail.models import ModelLogEntry

from common.origins import Origin
from polls.errors import IncompleteAnswer, NameAnswered, NameMissing, NotForAgents, PollNotOpen
from polls.models import AgentEntry, Participation, Poll, Question
from polls.queries.results import tallies, turnout
from polls.services.agent_entries import (
    answer_for,
    answers_of_entry,
    change_answer_for,
    forget_names,
    key_of,
)
from polls.services.answers import (
    answer_poll,
)
from tests.factories import UserFactory
from tests.polls.factories import DAY, NOW, WITH_CHOICES, choice_ids, make_poll, posted
from tests.polls.test_kinds import EXAMPLES

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(editor_of):
    return editor_of("Accueil")


@pytest.fixture
def poll():
    return make_poll(ballot=Poll.Ballot.NOMINATIVE)


def answers_with(poll, choice):
    [question] = poll.questions.all()
    return {question.pk: {choice_ids(poll)[choice]: 1}}


def enter(poll, agent, *, name="Odile Martin", choice=0, **changes):
    values = {"origin": Origin.DESK, "now": NOW, "answers": answers_with(poll, choice), **changes}
    return answer_for(poll=poll, agent=agent, name=name, **values)


def test_entry_is_counted_as_a_separate_answer(poll, agent):
    answer_poll(poll=poll, user=UserFactory(date_joined=NOW - DAY), answers=answers_with(poll, 0), now=NOW)
    entry = enter(poll, agent, origin=Origin.PHONE)
    [tally] = tallies(poll)
    assert (tally.people, tally.by_agents) == (2, 1)
    assert (entry.origin, entry.agent, entry.participation.user) == (Origin.PHONE, agent, None)


def test_question_left_blank_at_the_desk_counts_as_no_answer_of_an_agent(agent):
    poll = make_poll(ballot=Poll.Ballot.NOMINATIVE, kinds=WITH_CHOICES[:2])
    Question.objects.filter(poll=poll).update(is_optional=True)
    first, second = poll.questions.all()
    answers = {first.pk: {choice_ids(poll)[0]: 1}, second.pk: {}}
    answer_for(poll=poll, agent=agent, name="Odile Martin", origin=Origin.DESK, answers=answers, now=NOW)
    assert [(tally.people, tally.by_agents) for tally in tallies(poll)] == [(1, 1), (0, 0)]
    assert turnout(poll, now=NOW).by_agents == 1


def test_quorum_counts_accounts_only_and_entries_are_counted_apart(poll, agent):
    poll.quorum = 50
    poll.save()
    UserFactory.create_batch(4, date_joined=NOW - DAY)
    for name in ("Odile Martin", "Karim Benali", "Rose Klein", "Jean Weber", "Paul Haas", "Anne Petit"):
        enter(poll, agent, name=name)
    counted = turnout(poll, now=NOW)
    assert (counted.people, counted.by_agents, counted.quorum_reached) == (0, 6, False)
    assert counted.percent <= 100


@pytest.mark.parametrize("again", ["Odile Martin", "MARTIN Odile", "  odile   martín "])
def test_same_name_can_answer_once(poll, agent, again):
    enter(poll, agent)
    with pytest.raises(NameAnswered):
        enter(poll, agent, name=again, choice=1)
    assert Participation.objects.count() == 1


def test_same_name_can_answer_another_poll(poll, agent):
    enter(poll, agent)
    assert enter(make_poll("autre", ballot=Poll.Ballot.NOMINATIVE), agent)


def test_identical_entry_by_the_same_agent_is_idempotent(poll, agent, editor_of):
    assert enter(poll, agent) == enter(poll, agent)
    with pytest.raises(NameAnswered):
        enter(poll, editor_of("Accueil"))


def test_any_agent_can_change_an_entry_until_the_end(poll, agent, editor_of):
    entry, other = enter(poll, agent), editor_of("Animation")
    changed = change_answer_for(entry=entry, agent=other, answers=answers_with(poll, 2), now=NOW)
    assert answers_of_entry(changed) == answers_with(poll, 2)
    assert changed.agent == other
    assert Participation.objects.count() == 1
    with pytest.raises(PollNotOpen):
        change_answer_for(entry=entry, agent=agent, answers=answers_with(poll, 1), now=NOW + DAY)


@pytest.mark.parametrize(
    "rules",
    [
        {"ballot": Poll.Ballot.SECRET},
        {"ballot": Poll.Ballot.NOMINATIVE, "audience": Poll.Audience.MEMBERS},
    ],
)
def test_entries_in_secret_and_member_polls_are_refused(agent, rules):
    with pytest.raises(NotForAgents):
        enter(make_poll(**rules), agent)
    assert not Participation.objects.exists()


def test_invalid_entry_is_refused_and_not_counted(poll, agent):
    with pytest.raises(IncompleteAnswer):
        enter(poll, agent, answers={})
    with pytest.raises(NameMissing):
        enter(poll, agent, name="...")
    with pytest.raises(PollNotOpen):
        enter(poll, agent, now=NOW + DAY)
    assert not Participation.objects.exists()


@pytest.mark.parametrize("group", ["Modération", "Rédaction", "Services"])
def test_other_groups_cannot_enter_answers(poll, editor_of, group):
    with pytest.raises(PermissionDenied):
        enter(poll, editor_of(group))


def test_name_is_erased_30_days_after_the_end_and_the_answer_remains(poll, agent):
    enter(poll, agent)
    assert forget_names(now=poll.closes_at + 29 * DAY) == 0
    assert forget_names(now=poll.closes_at + 30 * DAY) == 1
    entry = AgentEntry.objects.get()
    assert (entry.name, entry.key) == ("", "")
    assert tallies(poll)[0].people == 1


def test_log_contains_neither_name_nor_answer(poll, agent):
    enter(poll, agent)
    line = ModelLogEntry.objects.get(action="polls.enter")
    assert (line.user, line.data) == (agent, {"origin": "guichet"})
    assert "Martin" not in line.label


def test_spellings_of_one_name_have_the_same_key():
    assert key_of("MARTIN, Odile") == key_of("Odile Martin") == "martin odile"
    assert key_of("Zoé") == key_of("ZOE")
    assert key_of("Odile Martin") != key_of("Odile Martinet")


class TestScreens:
    @pytest.fixture(autouse=True)
    def _signed_in(self, client, agent, time_machine):
        time_machine.move_to(NOW, tick=False)
        client.force_login(agent)

    def test_answer_can_be_entered_changed_and_printed(self, client):
        poll = make_poll(ballot=Poll.Ballot.NOMINATIVE, audience=Poll.Audience.RESIDENTS, kinds=WITH_CHOICES)
        questions, fields = list(poll.questions.all()), {"name": "Odile Martin", "origin": "papier", "declared": "on"}
        for question in questions:
            answer, _words = EXAMPLES[question.kind]
            fields |= posted(question, answer)
        address = reverse("poll_desk:answer", args=[poll.pk])
        receipt = client.post(address, fields)
        entry = AgentEntry.objects.get()
        assert receipt.url == reverse("poll_desk:receipt", args=[entry.pk]) + "?imprimer=1"
        sheet = client.get(receipt.url).content.decode()
        assert "1. Choix 1" in sheet
        change = reverse("poll_desk:change", args=[entry.pk])
        assert "checked" in client.get(change).content.decode()
        other = choice_ids(poll)[1]
        client.post(change, {**fields, f"question_{questions[0].pk}": str(other)})
        assert answers_of_entry(entry)[questions[0].pk] == {other: 1}
        assert "Odile Martin" in client.get(reverse("poll_desk:list")).content.decode()

    def test_duplicate_name_preserves_the_form_and_explains_what_to_do(self, client, poll, agent):
        enter(poll, agent)
        [question] = poll.questions.all()
        fields = {"name": "Martin Odile", "origin": "guichet", "declared": "on"}
        again = client.post(
            reverse("poll_desk:answer", args=[poll.pk]), {**fields, f"question_{question.pk}": choice_ids(poll)[1]}
        )
        assert "retrouvez-la dans la liste" in again.content.decode()
        assert "Martin Odile" in again.content.decode()

    def test_agent_whose_poll_ends_meanwhile_is_told_that_nothing_is_recorded(self, client, poll, agent, time_machine):
        entry = enter(poll, agent)
        answers = answers_of_entry(entry)
        time_machine.move_to(poll.closes_at, tick=False)
        [question] = poll.questions.all()
        fields = {"name": "Odile", "origin": "guichet", "declared": "on"}
        fields[f"question_{question.pk}"] = choice_ids(poll)[1]
        for name, pk in (("answer", poll.pk), ("change", entry.pk)):
            address = reverse(f"poll_desk:{name}", args=[pk])
            for response in (client.get(address, follow=True), client.post(address, fields, follow=True)):
                assert "Rien n’a été enregistré" in response.text
        assert AgentEntry.objects.get() == entry
        assert answers_of_entry(entry) == answers
        assert client.get(reverse("poll_desk:receipt", args=[entry.pk])).status_code == 200

    def test_a_secret_poll_is_not_offered(self, client):
        secret = make_poll()
        assert secret.title not in client.get(reverse("poll_desk:choose")).content.decode()
        assert client.get(reverse("poll_desk:answer", args=[secret.pk])).status_code == 404

    def test_results_and_csv_contain_the_number_of_entries(self, client, poll, agent, time_machine):
        enter(poll, agent)
        time_machine.move_to(poll.closes_at + DAY, tick=False)
        client.logout()
        page = client.get(reverse("polls:results", args=[poll.slug])).content.decode().replace("\u00a0", " ")
        assert "dont 1 saisie au guichet, par téléphone ou sur papier" in page
        assert "Odile" not in page
        table = b"".join(client.get(reverse("polls:results_table", args=[poll.slug])).streaming_content).decode()
        assert [line[-1] for line in csv.reader(table.splitlines()[1:], delimiter=";")] == ["1", "1", "1"]

    def test_paper_form_exists_for_nominative_polls_only(self, client, poll):
        address = reverse("polls:paper_form", args=[poll.slug])
        assert "Choix 2" in client.get(address).content.decode()
        assert address in client.get(poll.get_absolute_url()).content.decode()
        secret = make_poll("secret")
        assert client.get(reverse("polls:paper_form", args=[secret.slug])).url == secret.get_absolute_url()
