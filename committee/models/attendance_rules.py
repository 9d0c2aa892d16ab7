"""Rules of attendance: when it may be recorded, and the code of a session.

The code is not stored: it is computed from the session and the secret key of the site. It is valid from half an hour
before the session until its end.
"""

from datetime import date, datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from committee.models.sessions import SessionPage
from common.templatetags.dates import in_city_time

OPENS_BEFORE = timedelta(minutes=30)
CODE_DIGITS = 6


def day_of(session: SessionPage) -> date:
    """Returns the day of `session` in the city, which determines its seats."""
    return in_city_time(session.starts_at).date()


def opens_at(session: SessionPage) -> datetime:
    """Returns the time from which attendance may be recorded."""
    return session.starts_at - OPENS_BEFORE


def attendance_is_closed(session: SessionPage) -> bool:
    """Returns whether the minutes are published, after which attendance cannot change."""
    return session.minutes_published_at is not None


def refusal_reason(session: SessionPage, now: datetime) -> str | Promise:
    """Returns why attendance at `session` cannot be recorded at `now`; "" if it can."""
    if session.is_cancelled:
        return _("This session is cancelled: there is no attendance to note.")
    if attendance_is_closed(session):
        return _("The minutes are published: attendance cannot change any more. If it is wrong, tell the secretariat.")
    if now < opens_at(session):
        return _("It is too early: come back half an hour before the session.")
    return ""


def code_is_valid(session: SessionPage, now: datetime) -> bool:
    """Returns whether members may enter the code of `session` at `now`."""
    return not refusal_reason(session, now) and now <= session.ends_at


def code_of(session: SessionPage) -> str:
    """Returns the six-digit code of `session`, which changes if the session is moved."""
    digest = salted_hmac("committee.attendance", f"{session.pk}:{session.starts_at.timestamp()}", algorithm="sha256")
    return f"{int(digest.hexdigest(), 16) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def code_matches(session: SessionPage, code: str) -> bool:
    """Compares `code` with the code of `session` in constant time."""
    return constant_time_compare(code_of(session), code)
