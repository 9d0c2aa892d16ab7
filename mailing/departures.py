"""Departure of a mail that somebody sends: a few minutes later, so that it can still be taken back, or at once."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from common.templatetags.dates import hour, in_city_time, short_day
from common.waiting import Link

# Time in which a mail can be taken back, unless its sender chooses otherwise.
DELAY = timedelta(minutes=5)
# Values of `act`, the button that was pressed: to send a mail, and for one that is about to leave.
LATER, NOW, ON_DATE = "send", "now", "date"
TAKE_BACK, LEAVE = "unschedule", "leave"


def departure_words(send_at: datetime, *, now: datetime) -> str:
    """Returns « Part à 14 h 07 », or « Part le 3 décembre 2026 à 14 h 07 » if it is another day."""
    if in_city_time(send_at).date() == in_city_time(now).date():
        return _("Leaves at %(hour)s") % {"hour": hour(send_at)}
    return _("Leaves on %(day)s at %(hour)s") % {"day": short_day(send_at), "hour": hour(send_at)}


def departure_actions(url: str, *, about: str) -> list[Link]:
    """Returns the buttons of a mail that is about to leave, for the dashboard; `url` is the view that sends it."""
    return [Link(_("Cancel"), url, about=about, act=TAKE_BACK), Link(_("At once"), url, about=about, act=LEAVE)]
