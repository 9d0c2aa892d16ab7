"""Sheets of a survey: made in lots, declared void, entered once by an agent or answered on line with their code.

The answers of a sheet are counted and kept nowhere else (`polls.services.answers.count_sheet`), so that nothing of what
is counted leads back to the sheet, to the moment or to the agent. That is why a sheet that was entered stays as it is.
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
from polls.models.ballots import Said
from polls.services.answers import count_sheet

MADE, DECLARED_VOID = "fieldwork.make_sheets", "fieldwork.void_sheet"
# What a survey of volunteers can hand out.
MOST_IN_ALL = 5_000


@transaction.atomic
def make_sheets(*, survey: SurveyPage, number: int, outing: Outing | None, by: User, now: datetime) -> list[Sheet]:
    """Makes `number` sheets of `survey`, numbered after those that there are, for `outing` or for none.

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
    made = Sheet.objects.bulk_create([Sheet(survey=survey, number=one, outing=outing) for one in numbers])
    log(survey, MADE, user=by, data={"first": numbers[0], "last": numbers[-1]})
    return made


@transaction.atomic
def declare_void(*, survey: SurveyPage, number: int, by: User, now: datetime) -> Sheet:
    """Declares that the sheet `number`, lost or spoilt, will not be entered.

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
    *, survey: SurveyPage, number: int, origin: Origin, answers: Mapping[int, Said], agent: User, now: datetime
) -> None:
    """Enters the sheet `number`, which came to `agent`: {question id: answer}, one for each question of the poll.

    Any question may have been left blank on it: "" or {}.
    Raises `PermissionDenied`, `SurveyNotOpen`, `SheetUnknown`, `SheetVoid`, `SheetEntered`, or what `count_sheet`
    raises: nothing is counted.
    """
    if not can_enter_sheets(agent):
        raise PermissionDenied
    _take(survey, number, origin, answers, now, takes_blanks=True)


@transaction.atomic
def answer_with_code(*, survey: SurveyPage, number: int, code: str, answers: Mapping[int, Said], now: datetime) -> None:
    """Takes what the person who holds the sheet `number` answers on line; `code` proves that they do.

    Raises `SheetCodeWrong`, for a number that is none too, and what `enter_sheet` raises.
    """
    if not is_code_of(survey.pk, number, code) or not survey.sheets.filter(number=number).exists():
        raise SheetCodeWrong
    _take(survey, number, Origin.ONLINE, answers, now)


def check_printable(poll: Poll) -> None:
    """Raises `PollStillDraft` while the questions of `poll` may change: what is on paper does not."""
    if poll.is_draft:
        raise PollStillDraft


def check_waiting(*, survey: SurveyPage, number: int) -> None:
    """Raises `SheetUnknown`, `SheetVoid` or `SheetEntered` unless the sheet `number` waits to be entered now."""
    register = SheetRegister.objects.filter(survey=survey).first() or SheetRegister(survey=survey)
    _waiting_sheet(register, number)


def _take(
    survey: SurveyPage,
    number: int,
    origin: Origin,
    answers: Mapping[int, Said],
    now: datetime,
    *,
    takes_blanks: bool = False,
) -> None:
    """Notes the sheet, then counts it. Who enters the same one at the same moment waits here, and is refused."""
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
    """Returns the poll as it is now: it may have been closed since the page of `survey` was read."""
    return Poll.objects.get(pk=survey.poll_id)


def _waiting_sheet(register: SheetRegister, number: int) -> Sheet:
    """Returns the sheet `number` if it waits to be entered; else raises why it does not."""
    sheet = Sheet.objects.filter(survey=register.survey_id, number=number).first()
    if sheet is None:
        raise SheetUnknown(number)
    if sheet.is_void:
        raise SheetVoid(number)
    if register.has(number):
        raise SheetEntered(number)
    return sheet
