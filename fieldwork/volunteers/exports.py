"""Personal data: outings and campaigns of an account."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts.models import User
from common.personal_data import ErasureLine, Fate, PersonalDataSet, rows_of
from fieldwork.models import Volunteer

GOING = ngettext_lazy(
    "%(count)d outing or campaign in which you take part",
    "%(count)d outings or campaigns in which you take part",
    "count",
)


def held_by_field_work(user: User) -> Iterator[PersonalDataSet]:
    """Yields the outings and campaigns of the account."""
    rows = Volunteer.objects.filter(user=user)
    told = ("outing__place", "outing__starts_at", "campaign__title", "since", "times_told", "reminded_at")
    yield PersonalDataSet("fieldwork.volunteering", gettext_lazy("Outings and campaigns"), rows_of(rows, *told))


def what_goes(user: User) -> Iterator[ErasureLine]:
    """Yields the data deleted with the account."""
    if count := Volunteer.objects.filter(user=user).count():
        yield ErasureLine(Fate.GOES, GOING % {"count": count})
