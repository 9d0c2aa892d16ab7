"""Sessions of an account: closing the others, and deleting expired ones."""

import re
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from accounts.models import User
from common.audit import Act, record_act
from common.networks import coarse_network, parse_address

# Patterns in the User-Agent header, in order of priority: most browsers also name others.
BROWSERS = {"Edg": "Edge", "OPR|Opera": "Opera", "Firefox": "Firefox", "Chrom": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac": "Mac",
    "CrOS|ChromeOS": "ChromeOS",
    "Linux": "Linux",
}


def device_name(user_agent: str) -> str:
    """Returns browser and system from `user_agent`: « Firefox, Windows ». Idempotent; "" if unknown."""
    names = (
        next((name for pattern, name in patterns.items() if re.search(pattern, user_agent)), "")
        for patterns in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, names))


def keep_less(instance: UserSession, **kwargs: Any) -> None:
    """Reduces a session to its network and device name before it is saved (receiver of `pre_save`)."""
    instance.ip = str(coarse_network(parse_address(instance.ip)).network_address)
    instance.user_agent = device_name(instance.user_agent)


def stay_signed_in(request: HttpRequest, user: User) -> None:
    """Keeps the session of `request` after a change that ends the sessions of `user`; ends the others.

    See `User._get_session_auth_hash`.
    """
    update_session_auth_hash(request, user)
    end_other_sessions(request, user)
    UserSession.objects.create_from_request(request)


def end_other_sessions(request: HttpRequest, user: User) -> None:
    """Ends the sessions of `user` other than that of `request`."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key):
        close(session)


def end_every_session() -> int:
    """Ends all sessions of all users after a restore, since some were closed after the backup; returns their number."""
    count = Session.objects.all().delete()[0]
    UserSession.objects.all().delete()
    return count


def close(session: UserSession) -> None:
    """Ends `session`, of any user, and records it in the audit log."""
    session.end()
    record_act(Act.SESSION_CLOSED, about=session.user)


def end_on_change_of_password(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Removes the other sessions, already invalid, from the list of devices (receiver of allauth's signals)."""
    end_other_sessions(request, user)


def forget_ended_sessions(*, now: datetime) -> int:
    """Deletes expired sessions and the list entries without a session; returns the number of expired ones."""
    count = Session.objects.filter(expire_date__lt=now).delete()[0]
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return count
