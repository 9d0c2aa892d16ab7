"""Sessions of an account: keeping one where the others end, and forgetting those that are over."""

import re
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from accounts.models import User
from common.audit import Act, tell
from common.networks import coarse_network, parse_address

# What a browser and a system write of themselves, the first that is found: most say the name of others too.
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
    """Returns what a person recognises of `user_agent`: « Firefox, Windows ». Idempotent; empty for an unknown one."""
    names = (
        next((name for sign, name in known.items() if re.search(sign, user_agent)), "") for known in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, names))


def keep_less(instance: UserSession, **kwargs: Any) -> None:
    """Receiver of `pre_save`: keeps of a session the network and the name of the device only."""
    instance.ip = str(coarse_network(parse_address(instance.ip)).network_address)
    instance.user_agent = device_name(instance.user_agent)


def stay_signed_in(request: HttpRequest, user: User) -> None:
    """Keeps the session of `request` where `user` has just changed what ends the sessions; the others end.

    See `User._get_session_auth_hash`.
    """
    update_session_auth_hash(request, user)
    end_other_sessions(request, user)
    UserSession.objects.create_from_request(request)


def end_other_sessions(request: HttpRequest, user: User) -> None:
    """Ends the sessions of `user` but that of `request`."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key):
        close(session)


def end_every_session() -> int:
    """Ends all sessions of everybody, after a restore: some were closed since the backup. Returns how many."""
    count = Session.objects.all().delete()[0]
    UserSession.objects.all().delete()
    return count


def close(session: UserSession) -> None:
    """Ends `session`, whoever its person is."""
    session.end()
    tell(Act.SESSION_CLOSED, about=session.user)


def end_on_change_of_password(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Receiver of allauth's signals: the others are over already, and leave the list."""
    end_other_sessions(request, user)


def forget_ended_sessions(*, now: datetime) -> int:
    """Deletes the sessions that are over, and what was kept to list those that are gone; returns how many were over."""
    count = Session.objects.filter(expire_date__lt=now).delete()[0]
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return count
