"""Personal data of the watch: suggestions of an account with their answers, its decisions, the findings it recorded."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import User
from common.personal_data import ErasureLine, Fate, PersonalDataSet, rows_of
from veille.models import Observation, ReadingItem

SUGGESTIONS = ngettext_lazy("%(count)d example that you suggested", "%(count)d examples that you suggested", "count")
EXAMPLES = ngettext_lazy(
    "%(count)d example that was made of your suggestion, without your name",
    "%(count)d examples that were made of your suggestions, without your name",
    "count",
)
FINDINGS = ngettext_lazy(
    "%(count)d finding of the comparison that you recorded or read over, without your name",
    "%(count)d findings of the comparison that you recorded or read over, without your name",
    "count",
)


def held_by_watch(user: User) -> Iterator[PersonalDataSet]:
    """Yields the suggestions of the account, its decisions on the reading list and its findings."""
    said = ("url", "title", "place", "note", "thanks_by_name", "found_at", "state", "reason", "decided_at")
    own = ReadingItem.objects.filter(suggested_by=user).order_by("pk")
    yield PersonalDataSet("veille.suggestions", _("Suggested examples"), rows_of(own, *said))
    # A suggestion that the account decided about belongs to its author: its URL and texts are left out.
    decided = ReadingItem.objects.filter(decided_by=user).order_by("pk")
    act = ("source__name", "state", "reason", "decided_at")
    yield PersonalDataSet("veille.decisions", _("Decisions on the reading list"), rows_of(decided, *act))
    cell = ("criterion__question", "city__name", "source_url", "recorded_at", "published_at")
    yield PersonalDataSet("veille.findings", _("Findings of the comparison"), rows_of(_findings(user), *cell))


def what_goes_and_stays(user: User) -> Iterator[ErasureLine]:
    """Yields the data deleted with the account, and the data kept without its name."""
    own = ReadingItem.objects.filter(suggested_by=user)
    for fate, words, rows in (
        (Fate.GOES, SUGGESTIONS, own.filter(entry=None)),
        (Fate.STAYS, EXAMPLES, own.exclude(entry=None)),
        (Fate.STAYS, FINDINGS, _findings(user)),
    ):
        if count := rows.count():
            yield ErasureLine(fate, words % {"count": count})


def _findings(user: User) -> QuerySet[Observation]:
    return Observation.objects.filter(Q(recorded_by=user) | Q(second_reader=user)).order_by("pk")
