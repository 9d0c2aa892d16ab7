"""Counts of the sheets of a survey (made, entered, void), and the next one to enter."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from common.origins import Origin
from fieldwork.models import Sheet, SheetRegister, SurveyPage
from polls.models import Poll

# Maximum number of sheets made or printed at once.
AT_ONCE = 200


@dataclass(frozen=True)
class SheetCounts:
    """Counts of the sheets of a survey. Sheets neither entered nor void are waiting. `by_origin`: entered ones."""

    made: int = 0
    void: int = 0
    by_origin: dict[Origin, int] = field(default_factory=dict)

    @property
    def entered(self) -> int:
        return sum(self.by_origin.values())

    @property
    def waiting(self) -> int:
        return self.made - self.void - self.entered


def counts_of(surveys: Sequence[SurveyPage]) -> dict[int, SheetCounts]:
    """Returns the counts of each of `surveys` by primary key. Two queries."""
    sheets = Sheet.objects.filter(survey__in=surveys).order_by().values_list("survey", "is_void")
    counts = Counter(sheets)
    registers = dict(SheetRegister.objects.filter(survey__in=surveys).values_list("survey", "entered"))
    return {
        survey.pk: SheetCounts(
            made=counts[survey.pk, False] + counts[survey.pk, True],
            void=counts[survey.pk, True],
            by_origin={
                Origin(origin): number for origin, number in Counter(registers.get(survey.pk, {}).values()).items()
            },
        )
        for survey in surveys
    }


def has_sheets(poll: Poll) -> bool:
    """Returns whether any sheet with the questions of `poll` was made and is not void."""
    return Sheet.objects.filter(survey__poll=poll, is_void=False).exists()


def next_waiting(survey: SurveyPage, after: int) -> int | None:
    """Returns the first waiting number above `after`, or else the first of all; None if none is waiting."""
    register = SheetRegister.objects.filter(survey=survey).first()
    entered = {int(number) for number in register.entered} if register else set()
    numbers = survey.sheets.filter(is_void=False).order_by("number").values_list("number", flat=True)
    waiting = [number for number in numbers if number not in entered]
    return next((number for number in waiting if number > after), waiting[0] if waiting else None)


def lots_of(survey: SurveyPage) -> list[tuple[int, int]]:
    """Returns the (first, last) numbers of the documents to print: sheets of one outing, at most `AT_ONCE`.

    Void sheets are not printed: a lot of them has no document.
    """
    lots: list[tuple[int, int]] = []
    previous_outing: int | None = None
    printable = survey.sheets.filter(is_void=False)
    for number, outing in printable.order_by("number").values_list("number", "outing"):
        if lots and outing == previous_outing and number - lots[-1][0] < AT_ONCE:
            lots[-1] = (lots[-1][0], number)
        else:
            lots.append((number, number))
        previous_outing = outing
    return lots
