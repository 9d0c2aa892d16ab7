"""Polls among people met: no online answer, counted with their group, texts in alphabetical order."""

import itertools

import pytest
from django.db import connection, transaction
from django.urls import reverse

from common.shown import BY_PROGRAM
from polls.errors import IncompleteAnswer, InvalidAnswer, NotForSheets, NotInElectorate, PollNotOpen
from polls.models import NominativeAnswer, Participation, Poll, Question, SecretTally, SecretTexts
from polls.models.answers import VOTE
from polls.queries.results import answers_of, tallies, tallies_by_group
from polls.services.answers import answer_poll, count_sheet
from polls.services.opening import missing_in, open_poll
from tests.factories import UserFactory
from tests.polls.factories import DAY, NOW, WITH_CHOICES, choice_ids, make_poll, make_survey_poll, sheet_of
from tests.polls.test_frozen import shut

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
Kind = Question.Kind


def count(poll, *args, now=NOW, **fields):
    count_sheet(poll=poll, answers=sheet_of(poll, *args, **fields), now=now)


def dump():
    """Returns all tables of this app, ordered by key, without keys from sequences."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("polls_"):
                key = connection.introspection.get_primary_key_column(cursor, table)
                # Not in physical order: PostgreSQL reuses the space of rolled-back rows at any time.
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY {key}")  # noqa: S608
                kept = [place for place, column in enumerate(cursor.description) if column[0] != "id"]
                found[table] = [[row[place] for place in kept] for row in cursor.fetchall()]
    return found


class TestVisibility:
    def test_survey_poll_has_no_page_and_is_not_listed(self, client, editor_of):
        poll = make_survey_poll()
        assert poll.title not in client.get(reverse("polls:list")).text
        for name in ("poll", "paper_form", "results", "results_table"):
            assert client.get(reverse(f"polls:{name}", args=[poll.slug])).status_code == 404
        client.force_login(editor_of("Accueil"))
        assert poll.title not in client.get(reverse("poll_desk:choose")).text
        assert client.get(reverse("poll_desk:answer", args=[poll.pk])).status_code == 404

    def test_admin_says_that_the_survey_shows_the_results(self, client, editor_of):
        client.force_login(editor_of("Animation"))
        poll = make_survey_poll()
        answer = client.post(reverse("wagtailsnippets_polls_poll:close", args=[poll.pk]), follow=True)
        assert "la page de son enquête montre les résultats" in answer.text
        assert "Ce sondage est terminé depuis" in answer.text
        assert "Tout le monde peut lire ses résultats" not in answer.text

    def test_step_back_to_a_draft_is_explained_without_the_site(self, client, editor_of):
        client.force_login(editor_of("Animation"))
        for poll, leaves in ((make_poll(), True), (make_survey_poll(), False)):
            page = client.get(reverse("wagtailsnippets_polls_poll:withdraw", args=[poll.pk])).text
            assert ("Le sondage quitte aussitôt le site." in page) is leaves
            assert ("aucune fiche n’est saisie" in page) is not leaves

    def test_users_cannot_answer_a_survey_poll(self):
        poll = make_survey_poll()
        user = UserFactory(date_joined=NOW - DAY)
        with pytest.raises(NotInElectorate):
            answer_poll(poll=poll, user=user, answers=sheet_of(poll, 0, 1), now=NOW)
        assert not Participation.objects.exists()

    @pytest.mark.parametrize(
        ("poll_fields", "question_fields", "said"),
        [
            ({"ballot": Poll.Ballot.NOMINATIVE}, {}, "vote secret"),
            ({"quorum": 10}, {}, "Laissez le quorum vide"),
            ({}, {"makes_groups": True}, "Une seule question"),
            ({}, {"makes_groups": True, "kind": Kind.MULTIPLE}, "forme les groupes"),
            ({"audience": Poll.Audience.ACCOUNTS}, {}, "Seule une enquête"),
            ({}, {"kind": Kind.TEXT}, "Retirez les choix"),
        ],
    )
    def test_missing_requirements_are_listed(self, poll_fields, question_fields, said):
        poll = make_survey_poll(is_draft=True, opens_at=None)
        Poll.objects.filter(pk=poll.pk).update(**poll_fields)
        Question.objects.filter(poll=poll, order=1).update(**question_fields)
        poll.refresh_from_db()
        assert said in " ".join(missing_in(poll, NOW))

    @pytest.mark.parametrize(("choices", "may_open"), [(6, True), (7, False)])
    def test_survey_poll_has_at_most_six_groups(self, choices, may_open):
        poll = make_survey_poll(is_draft=True, opens_at=None, choices=choices)
        assert ("six choix au plus" not in " ".join(missing_in(poll, NOW))) is may_open
        if may_open:
            assert open_poll(poll=poll, by=None, now=NOW, shown=BY_PROGRAM).is_open(NOW)


class TestCounting:
    def test_answers_are_counted_in_total_and_by_group(self):
        poll = make_survey_poll()
        for group, ticked, other in ((0, (0, 1), 2), (0, (1,), None), (1, (1, 2), 0)):
            count(poll, group, *ticked, other=other)
        making, several, optional = tallies(poll)
        ids = [choice_ids(poll, number) for number in range(3)]
        assert {line.choice.pk: line.people for line in making.lines} == dict(zip(ids[0], (2, 1, 0), strict=True))
        assert {line.choice.pk: line.people for line in several.lines} == dict(zip(ids[1], (1, 3, 1), strict=True))
        assert (optional.people, optional.without_answer, Participation.objects.count()) == (2, 1, 3)
        groups = tallies_by_group([poll])[poll.pk]
        assert [choice.pk for choice in groups] == ids[0]
        first = list(next(iter(groups.values())).values())
        assert [tally.question.order for tally in first] == [1, 2]
        assert {line.choice.pk: line.people for line in first[0].lines} == dict(zip(ids[1], (1, 2, 0), strict=True))
        assert (first[1].people, first[1].without_answer) == (1, 1)

    def test_no_groups_without_a_question_that_makes_groups(self):
        poll = make_survey_poll()
        poll.questions.update(makes_groups=False)
        count(poll, 0, 1)
        assert tallies_by_group([poll]) == {}
        assert [tally.people for tally in tallies(poll)] == [1, 1, 0]

    def test_stored_data_does_not_depend_on_the_order_of_sheets(self):
        """Groups, choices, texts: the stored data is a function of the set of sheets, not of their order."""
        poll = make_survey_poll()
        sheets = [(0, (0,), 1, "Zut"), (1, (1, 2), None, "À revoir"), (0, (0,), 1, ""), (2, (2,), 0, "Bien")]
        written = []
        for order in itertools.permutations(sheets):
            with transaction.atomic():
                for group, ticked, other, text in order:
                    count(poll, group, *ticked, other=other, text=text)
                written.append(dump())
                transaction.set_rollback(True)
        assert all(one == written[0] for one in written)
        assert len(written[0]["polls_participation"]) == len(sheets)

    def test_no_column_links_a_text_to_a_sheet(self):
        assert {field.name for field in SecretTexts._meta.fields} == {"id", "question", "texts"}

    def test_control_characters_are_removed_from_texts(self):
        poll = make_survey_poll()
        count(poll, 0, 1, text="  Un\r\nmot\x00\x07\u202e |12=1  ")
        assert SecretTexts.objects.get().texts == ["Un\nmot |12=1"]

    @pytest.mark.parametrize(
        ("place", "said"),
        [(0, {}), (1, {}), (0, "12=1"), (3, {1: 1}), (3, "x" * 1_001), (1, {-1: 1})],
        ids=["no group", "no choice", "a text for a choice", "a choice for a text", "too long", "a foreign choice"],
    )
    def test_invalid_answer_is_refused_and_not_counted(self, place, said):
        poll = make_survey_poll()
        answers = sheet_of(poll, 0, 1)
        answers[list(answers)[place]] = said
        with pytest.raises(InvalidAnswer):
            count_sheet(poll=poll, answers=answers, now=NOW)
        assert not Participation.objects.exists()
        assert not SecretTally.objects.exists()

    def test_incomplete_late_or_misplaced_sheet_is_refused(self):
        poll, other = make_survey_poll(), make_poll("autre")
        answers = sheet_of(poll, 0, 1)
        with pytest.raises(PollNotOpen):
            count_sheet(poll=poll, answers=answers, now=NOW + 2 * DAY)
        with pytest.raises(NotForSheets):
            count_sheet(poll=other, answers={other.questions.get().pk: {choice_ids(other)[0]: 1}}, now=NOW)
        answers.popitem()
        with pytest.raises(IncompleteAnswer):
            count_sheet(poll=poll, answers=answers, now=NOW)


class TestOptional:
    @pytest.mark.parametrize("ballot", Poll.Ballot.values)
    def test_optional_question_of_each_kind_can_be_left_blank(self, client, ballot):
        poll = make_poll(kinds=WITH_CHOICES, ballot=ballot)
        poll.questions.update(is_optional=True)
        user = UserFactory(date_joined=NOW - DAY)
        client.force_login(user)
        page = client.get(poll.get_absolute_url()).text
        assert "Sans réponse" in page
        assert "Cette question est facultative" in page
        client.post(poll.get_absolute_url(), {})
        assert Participation.objects.get().user == user
        assert [(tally.people, tally.without_answer) for tally in tallies(poll)] == [(0, 1)] * len(WITH_CHOICES)
        if ballot == Poll.Ballot.NOMINATIVE:
            assert answers_of(poll, user) == {key: {} for key in poll.questions.values_list("pk", flat=True)}
            assert NominativeAnswer.objects.filter(answer="").count() == len(WITH_CHOICES)

    def test_required_question_cannot_be_left_blank(self, client):
        poll = make_poll()
        client.force_login(UserFactory(date_joined=NOW - DAY))
        assert client.post(poll.get_absolute_url(), {}).status_code == 422
        assert not Participation.objects.exists()


class TestFrozen:
    def closed_survey(self):
        poll = make_survey_poll()
        count(poll, 0, 1, text="Un mot")
        Poll.objects.filter(pk=poll.pk).update(opens_at=NOW - 999 * DAY, closes_at=NOW - 998 * DAY)
        return poll

    @pytest.mark.parametrize(
        "change",
        [
            lambda poll: SecretTexts.objects.update(texts=["Un autre mot"]),
            lambda poll: SecretTexts.objects.all()._raw_delete("default"),
            lambda poll: poll.questions.update(is_optional=False),
            lambda poll: poll.questions.update(makes_groups=False),
            lambda poll: poll.questions.update(kind=Kind.TEXT),
        ],
        ids=["a text", "all texts", "optional", "groups", "kind"],
    )
    def test_database_refuses_changes_after_the_end(self, change):
        poll = self.closed_survey()
        assert VOTE.message in shut(lambda: change(poll))

    def test_texts_of_a_question_can_be_removed_after_the_end(self):
        self.closed_survey()
        assert shut(lambda: SecretTexts.objects.update(texts=[])) == ""
        assert SecretTexts.objects.get().texts == []
