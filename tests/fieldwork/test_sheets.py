"""Sheets: created in lots, voided, entered once even by concurrent requests; counts cannot be linked to a sheet."""

import itertools
import os
from functools import partial

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from common.origins import Origin
from fieldwork.errors import (
    OutingOfAnotherSurvey,
    PollStillDraft,
    SheetCodeWrong,
    SheetEntered,
    SheetUnknown,
    SheetVoid,
    SurveyNotOpen,
    SurveyOver,
    TooManySheets,
)
from fieldwork.models import Sheet, SheetRegister
from fieldwork.surveys.queries.codes import LETTERS, code_of, is_code_of, printed
from fieldwork.surveys.queries.sheets import counts_of, next_waiting
from fieldwork.surveys.services.sheets import answer_with_code, declare_void, enter_sheet, make_sheets
from polls.errors import InvalidAnswer, PollOnPaper
from polls.models import Participation, SecretTally, SecretTexts
from polls.services.opening import withdraw_poll
from tests.factories import UserFactory
from tests.fieldwork.survey_factories import make_outing, make_survey
from tests.polls.factories import DAY, NOW, make_survey_poll, sheet_of
from tests.races import run_together

LONG = bool(os.environ.get("LONG"))
ROUNDS, TOGETHER = (20, 50) if LONG else (3, 4)
SHEETS = 300 if LONG else 40
pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(editor_of):
    return editor_of("Animation")


@pytest.fixture
def survey(coordinator):
    made = make_survey()
    make_sheets(survey=made, number=4, outing=None, by=coordinator, now=NOW)
    return made


def enter(survey, number, agent, *, group=0, ticked=(1,), origin=Origin.PAPER, now=NOW, **fields):
    answers = sheet_of(survey.poll, group, *ticked, **fields)
    enter_sheet(survey=survey, number=number, origin=origin, answers=answers, agent=agent, now=now)


def send(survey, number, code, now=NOW):
    answer_with_code(survey=survey, number=number, code=code, answers=sheet_of(survey.poll, 0, 1), now=now)


def dump():
    """Returns all tables of the database in the order of their keys, without the keys that come from a sequence."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            names = [column[0] for column in cursor.description]
            # Without this, PostgreSQL returns rows in their physical order, which a vacuum changes.
            rows = sorted(cursor.fetchall(), key=lambda row: row[names.index("id")] if "id" in names else repr(row))
            columns = [place for place, name in enumerate(names) if name != "id"]
            found[table] = [[row[place] for place in columns] for row in rows]
    return found


class TestLots:
    def test_no_lot_is_created_while_the_poll_is_a_draft(self, coordinator):
        draft = make_survey("brouillon", poll=make_survey_poll("brouillon", is_draft=True, opens_at=NOW + DAY / 2))
        with pytest.raises(PollStillDraft):
            make_sheets(survey=draft, number=1, outing=None, by=coordinator, now=NOW)
        assert not draft.sheets.exists()

    def test_poll_can_be_withdrawn_once_all_sheets_are_void(self, survey, coordinator):
        for number in range(1, 5):
            with pytest.raises(PollOnPaper):
                withdraw_poll(poll=survey.poll, by=coordinator, now=NOW)
            declare_void(survey=survey, number=number, by=coordinator, now=NOW)
        assert withdraw_poll(poll=survey.poll, by=coordinator, now=NOW).is_draft

    def test_sheets_are_numbered_consecutively_per_survey(self, survey, coordinator):
        other = make_survey("autre")
        outing = make_outing(survey)
        make_sheets(survey=other, number=2, outing=None, by=coordinator, now=NOW)
        made = make_sheets(survey=survey, number=3, outing=outing, by=coordinator, now=NOW)
        assert [(sheet.number, sheet.outing) for sheet in made] == [(5, outing), (6, outing), (7, outing)]
        assert list(other.sheets.values_list("number", flat=True)) == [1, 2]

    @pytest.mark.parametrize("number", [0, -1, 201])
    def test_lot_size_out_of_range_is_refused(self, survey, coordinator, number):
        with pytest.raises(TooManySheets):
            make_sheets(survey=survey, number=number, outing=None, by=coordinator, now=NOW)

    def test_lot_is_refused_with_foreign_outing_after_closing_or_without_permission(
        self, survey, coordinator, editor_of
    ):
        elsewhere = make_outing(make_survey("autre"))
        with pytest.raises(OutingOfAnotherSurvey):
            make_sheets(survey=survey, number=1, outing=elsewhere, by=coordinator, now=NOW)
        with pytest.raises(SurveyOver):
            make_sheets(survey=survey, number=1, outing=None, by=coordinator, now=NOW + 2 * DAY)
        with pytest.raises(PermissionDenied):
            make_sheets(survey=survey, number=1, outing=None, by=editor_of("Accueil"), now=NOW)
        assert survey.sheets.count() == 4


class TestCodes:
    def test_codes_are_unique_and_have_ten_letters(self):
        codes = {code_of(survey, number) for survey in (1, 2) for number in range(1, 501)}
        assert len(codes) == 1_000
        assert all(len(code) == 10 and set(code) <= set(LETTERS) for code in codes)
        assert not set(LETTERS) & set("ILOSUZ")

    def test_code_is_accepted_in_any_format_and_after_secret_key_rotation(self, settings):
        code = code_of(7, 12)
        for typed in (code, code.lower(), printed(code), f" {printed(code).lower()} ", " ".join(code)):
            assert is_code_of(7, 12, typed)
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "une autre clé"
        assert is_code_of(7, 12, code)
        assert code_of(7, 12) != code

    @pytest.mark.parametrize("typed", ["", "A", "é" * 10, "\0" * 10, "A" * 10_000, "' OR 1=1 --"])
    def test_invalid_code_is_rejected(self, typed):
        assert not is_code_of(7, 12, typed)


class TestEntry:
    def test_an_agent_enters_a_sheet_once(self, survey, editor_of):
        agents = [editor_of("Accueil"), editor_of("Accueil")]
        enter(survey, 2, agents[0], group=1)
        for agent in agents:
            with pytest.raises(SheetEntered, match="2"):
                enter(survey, 2, agent)
        assert Participation.objects.count() == 1
        assert SheetRegister.objects.get().entered == {"2": "papier"}

    def test_sheet_entered_at_the_desk_or_with_its_code_counts_once(self, survey, editor_of):
        send(survey, 3, printed(code_of(survey.pk, 3)))
        with pytest.raises(SheetEntered):
            enter(survey, 3, editor_of("Accueil"))
        enter(survey, 1, editor_of("Accueil"))
        with pytest.raises(SheetEntered):
            send(survey, 1, code_of(survey.pk, 1))
        assert Participation.objects.count() == 2
        counts = counts_of([survey])[survey.pk]
        assert counts.by_origin == {Origin.PAPER: 1, Origin.ONLINE: 1}
        assert (counts.made, counts.entered, counts.waiting) == (4, 2, 2)

    def test_code_is_valid_only_for_its_sheet_and_survey(self, survey, coordinator):
        other = make_survey("autre")
        make_sheets(survey=other, number=4, outing=None, by=coordinator, now=NOW)
        for number, code in ((1, code_of(other.pk, 1)), (2, code_of(survey.pk, 1)), (99, code_of(survey.pk, 99))):
            with pytest.raises(SheetCodeWrong):
                send(survey, number, code)
        assert not Participation.objects.exists()

    def test_void_sheet_cannot_be_entered_and_entered_sheet_cannot_be_voided(self, survey, coordinator):
        declare_void(survey=survey, number=1, by=coordinator, now=NOW)
        with pytest.raises(SheetVoid):
            enter(survey, 1, coordinator)
        with pytest.raises(SheetVoid):
            send(survey, 1, code_of(survey.pk, 1))
        with pytest.raises(SheetVoid):
            declare_void(survey=survey, number=1, by=coordinator, now=NOW)
        enter(survey, 2, coordinator)
        with pytest.raises(SheetEntered):
            declare_void(survey=survey, number=2, by=coordinator, now=NOW)
        assert counts_of([survey])[survey.pk].void == 1

    def test_refused_entries_change_nothing(self, survey, coordinator, editor_of):
        with pytest.raises(SheetUnknown, match="9"):
            enter(survey, 9, coordinator)
        with pytest.raises(PermissionDenied):
            enter(survey, 1, editor_of("Modération"))
        with pytest.raises(InvalidAnswer):
            enter(survey, 1, coordinator, text="x" * 1_001)
        for now in (NOW - 2 * DAY, NOW + 2 * DAY):
            with pytest.raises(SurveyNotOpen):
                enter(survey, 1, coordinator, now=now)
            with pytest.raises(SurveyNotOpen):
                send(survey, 1, code_of(survey.pk, 1), now=now)
        assert SheetRegister.objects.get().entered == {}
        assert not SecretTally.objects.exists()
        assert not Participation.objects.exists()

    def test_next_waiting_skips_void_and_entered_sheets(self, survey, coordinator):
        declare_void(survey=survey, number=3, by=coordinator, now=NOW)
        enter(survey, 2, coordinator)
        assert [next_waiting(survey, after) for after in (0, 1, 3, 4)] == [1, 4, 4, 1]
        for number in (1, 4):
            enter(survey, number, coordinator)
        assert next_waiting(survey, 4) is None


class TestUnlinkability:
    def test_dump_does_not_depend_on_the_order_or_agents_of_entry(self, survey, coordinator, editor_of):
        """All tables are the same in every order: no answer, time, agent or order of entry is linked to a sheet."""
        agents = [coordinator, editor_of("Accueil")]
        sheets = [(1, 0, (0,), "Zut"), (2, 1, (1, 2), "À revoir"), (3, 0, (0, 1), "")]
        dumps = []
        for number, order in enumerate(itertools.permutations(sheets)):
            with transaction.atomic():
                for sheet, group, ticked, text in order:
                    enter(survey, sheet, agents[(number + sheet) % 2], group=group, ticked=ticked, text=text)
                dumps.append(dump())
                transaction.set_rollback(True)
        assert {table for one in dumps for table in one if one[table] != dumps[0][table]} == set()
        assert len(dumps[0]["polls_participation"]) == 3

    def test_dump_does_not_depend_on_which_sheet_has_which_answers(self, survey, coordinator):
        dumps = []
        for texts in (("Oui", "Non"), ("Non", "Oui")):
            with transaction.atomic():
                for number, text in enumerate(texts, 1):
                    enter(survey, number, coordinator, group=text == "Oui", text=text)
                dumps.append(dump())
                transaction.set_rollback(True)
        assert dumps[0] == dumps[1]

    def test_sheet_tables_have_no_column_for_answers_or_entry(self):
        assert {field.name for field in Sheet._meta.fields} == {"id", "survey", "number", "outing", "is_void"}
        assert {field.name for field in SheetRegister._meta.fields} == {"id", "survey", "entered"}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class TestRaces:
    @pytest.mark.parametrize("ways", [("code",), ("desk",), ("code", "desk")], ids="-".join)
    def test_concurrent_entries_of_a_sheet_count_once(self, ways):
        """With LONG=1: 50 concurrent requests, 20 times."""
        agent, survey = make_coordinator(), make_open_survey()
        make_sheets(survey=survey, number=ROUNDS, outing=None, by=agent, now=timezone.now())

        def job(number, way):
            if way == "code":
                send(survey, number, code_of(survey.pk, number), now=timezone.now())
            else:
                enter(survey, number, agent, now=timezone.now())
            return number

        for number in range(1, ROUNDS + 1):
            jobs = [partial(job, number, ways[place % len(ways)]) for place in range(TOGETHER)]
            assert run_together(jobs, expected=(SheetEntered,)) == [number]
        assert Participation.objects.count() == len(SheetRegister.objects.get().entered) == ROUNDS
        assert {sum(tally.counts.values()) for tally in SecretTally.objects.all()} == {ROUNDS}

    def test_two_agents_enter_all_sheets_at_once(self):
        coordinator = make_coordinator()
        survey = make_open_survey()
        for _lot in range(-(-SHEETS // 200)):
            make_sheets(survey=survey, number=min(SHEETS, 200), outing=None, by=coordinator, now=timezone.now())
        agents = [coordinator, make_coordinator()]

        def job(agent, first):
            for number in range(first, SHEETS + 1, 2):
                enter(survey, number, agent, text=f"Texte {number:03}", now=timezone.now())

        run_together([lambda: job(agents[0], 1), lambda: job(agents[1], 2)])
        assert Participation.objects.count() == len(SheetRegister.objects.get().entered) == SHEETS
        assert {sum(tally.counts.values()) for tally in SecretTally.objects.all()} == {SHEETS}
        assert SecretTexts.objects.get().texts == [f"Texte {number:03}" for number in range(1, SHEETS + 1)]


def make_coordinator():
    from django.contrib.auth.models import Group

    person = UserFactory()
    person.groups.add(Group.objects.get(name="Animation"))
    return person


def make_open_survey():
    now = timezone.now()
    with time_machine.travel(now, tick=True):
        return make_survey(poll=make_survey_poll(opens_at=now - DAY, closes_at=now + DAY))
