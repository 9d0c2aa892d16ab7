"""Secret and nominative ballots, electorate, quorum and share, on the site and in the database."""

import csv
import datetime as dt
import io
import itertools
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse

from committee.models import Mandate, Member
from polls.errors import NotInElectorate, PollAlreadyAnswered
from polls.models import NominativeAnswer, Participation, Poll, Question, SecretTally
from polls.queries.results import answers_of, tallies, turnout
from polls.services.answers import (
    answer_poll,
)
from tests.polls.factories import DAY, NOW, choice_ids, make_poll, people

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
Kind = Question.Kind


def answer(poll, user, *answers, now=NOW):
    questions = poll.questions.values_list("pk", flat=True)
    return answer_poll(poll=poll, user=user, answers=dict(zip(questions, answers, strict=True)), now=now)


def scores(poll):
    return [{line.choice.pk: line.score for line in tally.lines} for tally in tallies(poll)]


def dump_after(poll, browsers, choices):
    """Returns all tables after each of `browsers` sent its choice; the changes are rolled back."""
    [question] = poll.questions.all()
    with transaction.atomic():
        for browser, choice in zip(browsers, choices, strict=True):
            sent = browser.post(poll.get_absolute_url(), {f"question_{question.pk}": str(choice)}, follow=True)
            assert "Votre réponse est enregistrée" in sent.content.decode()
        assert Participation.objects.count() == len(browsers)
        found = {}
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
                names = [column[0] for column in cursor.description]
                # PostgreSQL does not roll back sequences: the keys of the second dump follow those of the first one.
                kept = [place for place, name in enumerate(names) if name != "id"]
                rows = [[row[place] for place in kept] for row in cursor.fetchall()]
                # Keep the physical order of our tables, which could reveal who came when. Sessions move when rewritten.
                found[table] = sorted(rows, key=repr) if table == "django_session" else rows
        transaction.set_rollback(True)
    return found


class TestSecret:
    def test_stored_tallies_do_not_depend_on_the_order_of_answers(self):
        """The stored data is a function of the set of answers, not of their order."""
        written = set()
        voters = people(3)
        for order in itertools.permutations(range(3)):
            poll = make_poll(f"p{len(Poll.objects.all())}", kinds=(Kind.RANKED, Kind.POINTS))
            [a, b, c], [d, e, f] = choice_ids(poll), choice_ids(poll, 1)
            given = [({a: 1, b: 2}, {d: 10}), ({c: 1}, {e: 5, f: 5}), ({a: 1, b: 2}, {f: 10})]
            for number in order:
                answer(poll, voters[number], *given[number])
            rows = SecretTally.objects.filter(question__poll=poll).order_by("question").values_list("counts", flat=True)
            # Each poll has its own choices: replace their keys by their position.
            names = {str(pk): str(place) for place, pk in enumerate([a, b, c, d, e, f])}
            text = re.sub(r"(\d+)(?==)", lambda found, names=names: names[found[0]], json.dumps(list(rows)))
            assert len(rows) == 2
            written.add(text)
        assert len(written) == 1

    def test_no_column_links_an_answer_to_a_person_or_a_time(self):
        poll = make_poll(kinds=(Kind.MULTIPLE,))
        [first, *_others] = choice_ids(poll)
        [voter] = people(1)
        answer(poll, voter, {first: 1})
        assert not NominativeAnswer.objects.exists()
        assert {field.name for field in SecretTally._meta.fields} == {"id", "question", "counts"}
        # The seat for which somebody answered is stored, as is the user, but never the answer.
        assert {field.name for field in Participation._meta.fields} == {"id", "poll", "user", "voice"}
        assert answers_of(poll, voter) == {}

    @pytest.mark.parametrize(("ballot", "ties"), [(Poll.Ballot.SECRET, False), (Poll.Ballot.NOMINATIVE, True)])
    def test_database_dump_does_not_depend_on_who_gave_which_answer(self, ballot, ties):
        """All tables are equal after two users answered on the site, one each way, and after the reverse."""
        poll = make_poll(ballot=ballot)
        first, second, _third = choice_ids(poll)
        browsers = [Client(), Client()]
        for browser, voter in zip(browsers, people(2), strict=True):
            browser.force_login(voter)
            browser.get(poll.get_absolute_url())
        one, other = (dump_after(poll, browsers, choices) for choices in ((first, second), (second, first)))
        assert ({table for table in one if one[table] != other[table]} != set()) is ties

    def test_secret_answer_cannot_be_changed(self):
        poll = make_poll()
        [first, second, _third] = choice_ids(poll)
        [voter] = people(1)
        answer(poll, voter, {first: 1})
        with pytest.raises(PollAlreadyAnswered):
            answer(poll, voter, {second: 1})
        assert scores(poll) == [{first: 1, second: 0, _third: 0}]

    def test_deleting_an_account_preserves_the_count_without_the_user(self):
        poll = make_poll()
        [first, *_others] = choice_ids(poll)
        [voter] = people(1)
        answer(poll, voter, {first: 1})
        voter.delete()
        assert Participation.objects.get().user is None
        assert tallies(poll)[0].people == turnout(poll, now=NOW).people == 1


class TestNominative:
    def test_only_the_last_answer_counts(self):
        poll = make_poll(kinds=(Kind.POINTS,), ballot=Poll.Ballot.NOMINATIVE)
        [a, b, c] = choice_ids(poll)
        [voter, other] = people(2)
        assert answer(poll, voter, {a: 10}) is False
        assert answer(poll, other, {a: 5, b: 5}) is False
        assert answer(poll, voter, {b: 10}) is True
        assert scores(poll) == [{a: 5, b: 15, c: 0}]
        assert answers_of(poll, voter) == {poll.questions.get().pk: {b: 10}}
        assert not SecretTally.objects.exists()

    def test_user_can_view_and_change_the_answer(self, client):
        poll = make_poll(kinds=(Kind.RANKED,), ballot=Poll.Ballot.NOMINATIVE)
        question = poll.questions.get()
        a, b, c = choice_ids(poll)
        [voter] = people(1)
        client.force_login(voter)
        address = poll.get_absolute_url()
        client.post(address, {f"question_{question.pk}_{a}": "1", f"question_{question.pk}_{b}": "2"})
        assert '<option value="2" selected>2</option>' in client.get(address).content.decode()
        client.post(address, {f"question_{question.pk}_{c}": "1"})
        assert answers_of(poll, voter) == {question.pk: {c: 1}}
        assert Participation.objects.count() == 1


class TestElectorate:
    def test_residents_are_users_with_a_commune(self, client):
        poll = make_poll(audience=Poll.Audience.RESIDENTS)
        [first, *_others] = choice_ids(poll)
        [stranger] = people(1)
        [resident] = people(1, commune="67482")
        with pytest.raises(NotInElectorate):
            answer(poll, stranger, {first: 1})
        answer(poll, resident, {first: 1})
        client.force_login(stranger)
        page = client.get(poll.get_absolute_url()).content.decode()
        assert f"{reverse('accounts:commune')}?next=/sondages/programme/" in page
        assert "<form method" not in page.partition("<main")[2].partition("</main")[0]
        response = client.post(reverse("accounts:commune"), {"commune": "67447", "next": poll.get_absolute_url()})
        assert response.url == poll.get_absolute_url()
        assert "<legend>" in client.get(poll.get_absolute_url()).content.decode()

    @pytest.mark.parametrize("commune", ["99999", "Strasbourg"])
    def test_unknown_commune_is_refused(self, client, commune):
        [person] = people(1)
        client.force_login(person)
        response = client.post(reverse("accounts:commune"), {"commune": commune})
        assert response.status_code == 422
        person.refresh_from_db()
        assert person.commune == ""

    def test_commune_form_does_not_redirect_to_another_site(self, client):
        [person] = people(1)
        client.force_login(person)
        response = client.post(reverse("accounts:commune"), {"commune": "67482", "next": "https://evil.example/"})
        assert response.url == reverse("accounts:home")

    def test_members_are_users_with_a_current_mandate(self):
        poll = make_poll(audience=Poll.Audience.MEMBERS)
        [first, *_others] = choice_ids(poll)
        [sitting, former, resident] = people(3)
        for user, ends_on in ((sitting, None), (former, (NOW - DAY).date())):
            member = Member.objects.create(name=f"M{user.pk}", user=user)
            Mandate.objects.create(member=member, starts_on=dt.date(2026, 1, 1), ends_on=ends_on)
        for user in (former, resident):
            with pytest.raises(NotInElectorate):
                answer(poll, user, {first: 1})
        answer(poll, sitting, {first: 1})
        assert turnout(poll, now=NOW).invited == 1

    def test_forged_answer_outside_the_electorate_is_not_counted(self, client):
        poll = make_poll(audience=Poll.Audience.MEMBERS)
        [first, *_others] = choice_ids(poll)
        [stranger] = people(1)
        client.force_login(stranger)
        client.post(poll.get_absolute_url(), {f"question_{poll.questions.get().pk}": first})
        assert not Participation.objects.exists()


class TestQuorumAndShare:
    @pytest.mark.parametrize(("answers", "reached"), [(0, False), (1, False), (2, True), (3, True)])
    def test_quorum_is_a_percentage_of_the_electorate(self, answers, reached):
        """34 % of 3 people is more than one person: 33.3 % is not rounded up."""
        poll = make_poll(audience=Poll.Audience.RESIDENTS, quorum=34)
        [first, *_others] = choice_ids(poll)
        for voter in people(3, commune="67482")[:answers]:
            answer(poll, voter, {first: 1})
        assert turnout(poll, now=NOW).quorum_reached is reached

    def test_poll_without_quorum_has_no_quorum_result(self):
        assert turnout(make_poll(), now=NOW).quorum_reached is None

    def test_tied_choices_share_the_first_place(self):
        poll = make_poll()
        [first, second, _third] = choice_ids(poll)
        for voter, choice in zip(people(2), (first, second), strict=True):
            answer(poll, voter, {choice: 1})
        assert [line.choice.pk for line in tallies(poll)[0].leaders] == [first, second]


class TestPages:
    def test_results_at_end_are_hidden_from_voters_until_the_end(self, client):
        poll = make_poll(results_shown=Poll.ResultsShown.AT_END)
        [first, *_others] = choice_ids(poll)
        [voter] = people(1)
        answer(poll, voter, {first: 1})
        client.force_login(voter)
        table = reverse("polls:results_table", args=[poll.slug])
        page = client.get(reverse("polls:results", args=[poll.slug]))
        assert page.status_code == 200
        assert "<table" not in page.content.decode()
        assert client.get(table).status_code == 404
        with time_machine.travel(NOW + 2 * DAY):
            assert client.get(table).status_code == 200

    def test_csv_table_of_results(self, client):
        poll = make_poll(kinds=(Kind.POINTS,))
        poll.questions.update(text="=1+1")
        [a, b, _c] = choice_ids(poll)
        answer(poll, people(1)[0], {a: 4, b: 6})
        with time_machine.travel(NOW + 2 * DAY):
            response = client.get(reverse("polls:results_table", args=[poll.slug]))
        text = response.getvalue().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter=";"))
        assert [row[2:] for row in rows[1:]] == [
            ["Choix 1", "1", "0", "6", "60", "0"],
            ["Choix 0", "1", "0", "4", "40", "0"],
            ["Choix 2", "0", "0", "0", "0", "0"],
        ]
        assert rows[1][0] == "'=1+1"

    def test_number_of_queries_does_not_depend_on_the_answers(self, client, django_assert_max_num_queries):
        few = make_poll("peu", kinds=(Kind.RANKED,))
        many = make_poll("beaucoup", kinds=(Kind.RANKED, Kind.POINTS, Kind.MULTIPLE), choices=8)
        [ranked, pointed, ticked] = [choice_ids(many, number) for number in range(3)]
        for voter in people(12):
            answer(many, voter, {ranked[0]: 1, ranked[1]: 2}, {pointed[0]: 10}, {ticked[0]: 1, ticked[1]: 1})
        measured = []
        with time_machine.travel(NOW + 2 * DAY):
            for poll in (few, few, many):
                with django_assert_max_num_queries(11) as captured:
                    client.get(reverse("polls:results", args=[poll.slug]))
                measured.append(len(captured))
        assert measured[1] == measured[2]


class TestImmutableRules:
    @pytest.mark.parametrize(
        "field", ["title", "introduction", "audience", "ballot", "results_shown", "quorum", "required_share", "slug"]
    )
    def test_words_and_rules_cannot_be_changed_after_the_opening(self, field):
        poll = make_poll(is_draft=True, ballot="nominative")
        other = {"audience": "members", "ballot": "secret", "results_shown": "after-answer", "slug": "autre"}
        other |= {"title": "Autre", "introduction": "Autre."}
        setattr(poll, field, other.get(field, 60))
        poll.full_clean()
        Poll.objects.update(is_draft=False)
        with pytest.raises(ValidationError, match="seule une fin à venir peut changer"):
            poll.full_clean()

    def test_questions_cannot_be_changed_after_the_opening(self):
        poll = make_poll(is_draft=True)
        poll.questions.get().full_clean()
        Poll.objects.update(is_draft=False)
        with pytest.raises(ValidationError):
            Question.objects.get().full_clean()


def at_once(*calls):
    """Runs the calls in threads started together; returns the exception of each, or None."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_each_user_is_counted_once_with_concurrent_answers():
    """Twelve users answer at once, one of them four times."""
    poll = make_poll(kinds=(Kind.SINGLE, Kind.POINTS))
    [first, second, _third], [pointed, *_others] = choice_ids(poll), choice_ids(poll, 1)
    voters = people(12)
    calls = [partial(answer, poll, voter, {first: 1}, {pointed: 10}) for voter in voters]
    calls += [partial(answer, poll, voters[0], {second: 1}, {pointed: 10})] * 3
    raised = at_once(*calls)
    assert [type(error) for error in raised if error] == [PollAlreadyAnswered] * 3
    [single, points] = tallies(poll)
    assert single.people == points.people == Participation.objects.count() == 12
