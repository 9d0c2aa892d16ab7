"""Sheets of a survey: making, voiding, and a single entry by an agent or by online answer with their code.

The answers of a sheet are counted and stored nowhere else (`polls.services.answers.count_sheet`), so that no count can
be linked to the sheet, the time or the agent. For this reason an entered sheet cannot be changed.
"""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from wagtail.log_actions import log

from accounts.models import User
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
from fieldwork.models import Outing, Sheet, SheetRegister, SurveyPage
from fieldwork.permissions import can_enter_sheets, can_make_sheets
from fieldwork.surveys.queries.codes import is_code_of
from fieldwork.surveys.queries.sheets import AT_ONCE
from polls.models import Poll
from polls.models.ballots import AnswerValue
from polls.services.answers import count_sheet

MADE, DECLARED_VOID = "fieldwork.make_sheets", "fieldwork.void_sheet"
# Upper limit of what the volunteers of a survey can hand out.
MOST_IN_ALL = 5_000


@transaction.atomic
def make_sheets(*, survey: SurveyPage, number: int, outing: Outing | None, by: User, now: datetime) -> list[Sheet]:
    """Makes `number` sheets of `survey`, numbered from the last one on, for `outing` or for none.

    Raises `PermissionDenied`, `SurveyOver`, `PollStillDraft`, `TooManySheets` or `OutingOfAnotherSurvey`.
    """
    if not can_make_sheets(by):
        raise PermissionDenied
    _locked_register(survey)
    poll = _poll_of(survey)
    if poll.is_over(now):
        raise SurveyOver
    check_printable(poll)
    if outing and outing.survey_id != survey.pk:
        raise OutingOfAnotherSurvey
    last = survey.sheets.aggregate(last=Max("number"))["last"] or 0
    if not 0 < number <= AT_ONCE or last + number > MOST_IN_ALL:
        raise TooManySheets
    numbers = range(last + 1, last + number + 1)
    sheets = Sheet.objects.bulk_create(
        [Sheet(survey=survey, number=sheet_number, outing=outing) for sheet_number in numbers]
    )
    log(survey, MADE, user=by, data={"first": numbers[0], "last": numbers[-1]})
    return sheets


@transaction.atomic
def declare_void(*, survey: SurveyPage, number: int, by: User, now: datetime) -> Sheet:
    """Voids the lost or spoilt sheet `number`, which can then not be entered.

    Raises `PermissionDenied`, `SurveyOver`, `SheetUnknown`, `SheetVoid` or `SheetEntered`.
    """
    if not can_make_sheets(by):
        raise PermissionDenied
    register = _locked_register(survey)
    if _poll_of(survey).is_over(now):
        raise SurveyOver
    sheet = _waiting_sheet(register, number)
    sheet.is_void = True
    sheet.save(update_fields=["is_void"])
    log(survey, DECLARED_VOID, user=by, data={"number": number})
    return sheet


@transaction.atomic
def enter_sheet(
    *, survey: SurveyPage, number: int, origin: Origin, answers: Mapping[int, AnswerValue], agent: User, now: datetime
) -> None:
    """Enters the sheet `number`, received by `agent`. `answers` maps each question id of the poll to its answer.

    Blank answers are "" or {}. Raises `PermissionDenied`, `SurveyNotOpen`, `SheetUnknown`, `SheetVoid`,
    `SheetEntered`, or an exception of `count_sheet`; nothing is counted then.
    """
    if not can_enter_sheets(agent):
        raise PermissionDenied
    _record_entry(survey, number, origin, answers, now, takes_blanks=True)


@transaction.atomic
def answer_with_code(
    *, survey: SurveyPage, number: int, code: str, answers: Mapping[int, AnswerValue], now: datetime
) -> None:
    """Enters the online answers of the holder of the sheet `number`, authenticated by `code`.

    Raises `SheetCodeWrong`, also for an unknown number, and the exceptions of `enter_sheet`.
    """
    if not is_code_of(survey.pk, number, code) or not survey.sheets.filter(number=number).exists():
        raise SheetCodeWrong
    _record_entry(survey, number, Origin.ONLINE, answers, now)


def check_printable(poll: Poll) -> None:
    """Raises `PollStillDraft` while the questions of `poll` may change, since paper cannot."""
    if poll.is_draft:
        raise PollStillDraft


def check_waiting(*, survey: SurveyPage, number: int) -> None:
    """Raises `SheetUnknown`, `SheetVoid` or `SheetEntered` unless the sheet `number` is waiting to be entered."""
    register = SheetRegister.objects.filter(survey=survey).first() or SheetRegister(survey=survey)
    _waiting_sheet(register, number)


def _record_entry(
    survey: SurveyPage,
    number: int,
    origin: Origin,
    answers: Mapping[int, AnswerValue],
    now: datetime,
    *,
    takes_blanks: bool = False,
) -> None:
    """Records the entry, then counts the answers. The row lock makes a concurrent entry of the same sheet fail."""
    register = _locked_register(survey)
    poll = _poll_of(survey)
    if not poll.is_open(now):
        raise SurveyNotOpen
    _waiting_sheet(register, number)
    register.add(number, origin)
    count_sheet(poll=poll, answers=answers, now=now, takes_blanks=takes_blanks)


def _locked_register(survey: SurveyPage) -> SheetRegister:
    return SheetRegister.objects.select_for_update().get_or_create(survey=survey)[0]


def _poll_of(survey: SurveyPage) -> Poll:
    """Returns the poll reloaded: it may have been closed since `survey` was loaded."""
    return Poll.objects.get(pk=survey.poll_id)


def _waiting_sheet(register: SheetRegister, number: int) -> Sheet:
    """Returns the waiting sheet `number`. Raises `SheetUnknown`, `SheetVoid` or `SheetEntered`."""
    sheet = Sheet.objects.filter(survey=register.survey_id, number=number).first()
    if sheet is None:
        raise SheetUnknown(number)
    if sheet.is_void:
        raise SheetVoid(number)
    if register.has(number):
        raise SheetEntered(number)
    return sheet
