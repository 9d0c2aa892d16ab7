"""Personal data of this app: reports sent with the account's address, places and reports that it handled."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import User
from accounts.queries import verified_emails
from common.personal_data import ErasureLine, Fate, PersonalDataSet, rows_of
from inclusion.models import Place, PlaceReport

ADDRESSES = ngettext_lazy(
    "your e-mail address in %(count)d report about a place of help",
    "your e-mail address in %(count)d reports about places of help",
    "count",
)
PLACES = ngettext_lazy(
    "%(count)d place of help that you confirmed, without your name",
    "%(count)d places of help that you confirmed, without your name",
    "count",
)


def held_of_places(user: User) -> Iterator[PersonalDataSet]:
    """Yields the reports sent by the account, and the places and reports that it confirmed or answered."""
    said = ("place__name", "text", "email", "created_at", "state")
    yield PersonalDataSet("inclusion.reports", _("Reports about places of help"), rows_of(reports_of(user), *said))
    confirmed = Place.objects.filter(checked_by=user).order_by("pk")
    yield PersonalDataSet(
        "inclusion.places", _("Places of help that you confirmed"), rows_of(confirmed, "name", "checked_on")
    )
    answered = PlaceReport.objects.filter(answered_by=user).order_by("pk")
    act = ("place__name", "state", "answered_at")
    yield PersonalDataSet("inclusion.answers", _("Reports that you answered"), rows_of(answered, *act))


def what_goes_and_stays(user: User) -> Iterator[ErasureLine]:
    """Yields the data deleted with the account, and the data kept without its name."""
    for fate, words, rows in (
        (Fate.GOES, ADDRESSES, reports_of(user)),
        (Fate.STAYS, PLACES, Place.objects.filter(checked_by=user)),
    ):
        if count := rows.count():
            yield ErasureLine(fate, words % {"count": count})


def forget_addresses(user: User) -> None:
    """Erases the e-mail address of a deleted account from its reports."""
    reports_of(user).update(email="")


def reports_of(user: User) -> QuerySet[PlaceReport]:
    """Returns the reports sent with a verified e-mail address of the account."""
    wanted = Q(pk__in=[])
    for email in verified_emails(user):
        wanted |= Q(email__iexact=email)
    return PlaceReport.objects.filter(wanted).order_by("pk")
