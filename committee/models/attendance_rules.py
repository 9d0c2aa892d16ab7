"""When attendance may be noted, and the code that is shown in the room.

The code is not stored: it is computed from the session and the secret key of the site. It serves from half an hour
before the session until its end.
"""

from datetime import date, datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from committee.models.sessions import SessionPage
from common.templatetags.dates import in_paris

OPENS_BEFORE = timedelta(minutes=30)
CODE_DIGITS = 6


def day_of(session: SessionPage) -> date:
    """The day of `session` in Paris: the seats of that day are those that count."""
    return in_paris(session.starts_at).date()


def opens_at(session: SessionPage) -> datetime:
    """From when attendance may be noted."""
    return session.starts_at - OPENS_BEFORE


def attendance_is_closed(session: SessionPage) -> bool:
    """Whether the minutes, which say who came, are there for good."""
    return session.minutes_published_at is not None


def refusal_reason(session: SessionPage, now: datetime) -> str | Promise:
    """Says why nobody may note attendance at `session` at `now`; "" when officers may."""
    if session.is_cancelled:
        return _("This session is cancelled: there is no attendance to note.")
    if attendance_is_closed(session):
        return _("The minutes are published: attendance cannot change any more. If it is wrong, tell the secretariat.")
    if now < opens_at(session):
        return _("It is too early: come back half an hour before the session.")
    return ""


def code_is_valid(session: SessionPage, now: datetime) -> bool:
    """Whether members may enter the code of `session` at `now`."""
    return not refusal_reason(session, now) and now <= session.ends_at


def code_of(session: SessionPage) -> str:
    """The six digits of `session`. A session that moves has another code."""
    digest = salted_hmac("committee.attendance", f"{session.pk}:{session.starts_at.timestamp()}", algorithm="sha256")
    return f"{int(digest.hexdigest(), 16) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def code_matches(session: SessionPage, code: str) -> bool:
    """Compares in a time that tells nothing about the code."""
    return constant_time_compare(code_of(session), code)
