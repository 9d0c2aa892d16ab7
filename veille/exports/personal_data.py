"""Personal data of the watch: what an account suggested, and what the editors answered."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.exports.personal_data import rows_of
from accounts.hooks import ErasureLine, Fate, PersonalDataSet
from accounts.models import User
from veille.models import ReadingItem

SUGGESTIONS = ngettext_lazy("%(count)d example that you suggested", "%(count)d examples that you suggested", "count")
EXAMPLES = ngettext_lazy(
    "%(count)d example that was made of your suggestion, without your name",
    "%(count)d examples that were made of your suggestions, without your name",
    "count",
)


def held_by_watch(user: User) -> Iterator[PersonalDataSet]:
    """Yields the suggestions of the account."""
    said = ("url", "title", "place", "note", "thanks_by_name", "found_at", "state", "reason", "decided_at")
    own = ReadingItem.objects.filter(suggested_by=user).order_by("pk")
    yield PersonalDataSet("veille.suggestions", _("Suggested examples"), rows_of(own, *said))


def what_goes_and_stays(user: User) -> Iterator[ErasureLine]:
    """Yields the suggestions that go with the account, and those that became an example."""
    own = ReadingItem.objects.filter(suggested_by=user)
    for fate, words, rows in (
        (Fate.GOES, SUGGESTIONS, own.filter(entry=None)),
        (Fate.STAYS, EXAMPLES, own.exclude(entry=None)),
    ):
        if count := rows.count():
            yield ErasureLine(fate, words % {"count": count})
