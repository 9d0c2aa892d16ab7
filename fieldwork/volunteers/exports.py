"""What leaves about volunteers: outings as events of a calendar, and what is kept of an account."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts.exports.personal_data import rows_of
from accounts.hooks import ErasureLine, Fate, PersonalDataSet
from accounts.models import User
from common import calendars
from common.calendars import CalendarEvent, one_line
from common.urls import absolute_url
from fieldwork.models import Outing, Volunteer
from fieldwork.volunteers.queries import volunteering_url

GOING = ngettext_lazy(
    "%(count)d outing or campaign in which you take part",
    "%(count)d outings or campaigns in which you take part",
    "count",
)


def calendar_of(outings: Iterable[Outing]) -> bytes:
    """Returns the calendar that holds `outings`, in their order, with their meeting points: it is for members."""
    return calendars.calendar_of(map(_event, outings), name=_("Outings of the committee"), product="Sorties")


def _event(outing: Outing) -> CalendarEvent:
    url = absolute_url(volunteering_url(outing))
    title = _("Outing: %(place)s") % {"place": outing.place}
    told = [outing.cancelled_because, outing.survey.title, outing.meeting_point]
    return CalendarEvent(
        uid=f"sortie-{outing.pk}@{absolute_url('').partition('//')[2]}",
        sequence=int((outing.changed_at - outing.created_at).total_seconds()),
        changed_at=outing.changed_at,
        starts_at=outing.starts_at,
        ends_at=outing.ends_at,
        summary=_("Cancelled: %(title)s") % {"title": title} if outing.is_cancelled else title,
        location=outing.meeting_point or outing.place,
        description="\n".join([*(one_line(line) for line in told if line), url]),
        url=url,
        is_cancelled=outing.is_cancelled,
    )


def held_by_field_work(user: User) -> Iterator[PersonalDataSet]:
    """Yields where the account goes, and in which campaigns it takes part."""
    rows = Volunteer.objects.filter(user=user)
    told = ("outing__place", "outing__starts_at", "campaign__title", "since", "times_told", "reminded_at")
    yield PersonalDataSet("fieldwork.volunteering", gettext_lazy("Outings and campaigns"), rows_of(rows, *told))


def what_goes(user: User) -> Iterator[ErasureLine]:
    """Yields what goes with the account."""
    if count := Volunteer.objects.filter(user=user).count():
        yield ErasureLine(Fate.GOES, GOING % {"count": count})
