"""Removal of the second factors of a person who lost them: an administrator asks, a second one agrees.

The request is not stored: it is the signed link of the mail to the other administrators. It names the factors, and so
can be used once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from accounts.errors import NobodyElse, NoFactor, RemovalOver
from accounts.models import User
from accounts.notifications import FactorRemoval, SafetyNotice
from accounts.permissions import can_remove_factors
from accounts.services.factors import remove_factors
from common.audit import Act, record_act
from common.urls import absolute_url

SALT = "accounts.lost_factors"
LIFE = timedelta(days=3)


@dataclass(frozen=True)
class FactorRequest:
    """Request of the administrator `asked_by` to remove the second factors of `user`."""

    user: User
    asked_by: User


def request_of(token: str, *, by: User) -> FactorRequest:
    """Returns the request in a link, to which `by` may agree.

    Raises `RemovalOver` if it is older than `LIFE`, if the factors are others, or if the administrator who asked has
    lost the permission since; `PermissionDenied` if `by` asked, or may not remove these factors.
    """
    try:
        user_pk, asked_by_pk, factors = signing.loads(token, salt=SALT, max_age=LIFE)
        user, asked_by = User.objects.get(pk=user_pk), User.objects.get(pk=asked_by_pk, is_active=True)
    except (signing.BadSignature, User.DoesNotExist) as error:
        raise RemovalOver from error
    if factors != _keys_of_factors(user) or not can_remove_factors(asked_by, user):
        raise RemovalOver
    if by == asked_by or not can_remove_factors(by, user):
        raise PermissionDenied
    return FactorRequest(user, asked_by)


@transaction.atomic
def ask_to_remove_factors(*, user: User, by: User, now: datetime) -> int:
    """Asks all other administrators by mail to agree, and notifies `user`; returns the number of those asked.

    Raises `PermissionDenied`, `NoFactor`, or `NobodyElse` if no other administrator may agree.
    """
    if not can_remove_factors(by, user):
        raise PermissionDenied
    factors = _keys_of_factors(user)
    if not factors:
        raise NoFactor
    team = User.objects.with_rights().filter(is_active=True).exclude(pk=by.pk).order_by("pk")
    others = [other for other in team if can_remove_factors(other, user)]
    if not others:
        raise NobodyElse
    token = signing.dumps([user.pk, by.pk, factors], salt=SALT)
    url = absolute_url(reverse("second_factors:agree", args=[token]))
    for other in others:
        FactorRemoval(user, asked_by=by, to=other, url=url, until=now + LIFE).send(now=now)
    SafetyNotice(user, SafetyNotice.Change.REMOVAL_ASKED).send(now=now)
    record_act(Act.FACTOR_REMOVAL_ASKED, actor=by, about=user)
    return len(others)


@transaction.atomic
def agree_to_remove_factors(*, token: str, by: User, now: datetime) -> User:
    """Removes the second factors named by the link `token`; returns their former owner.

    The owner and the administrator who asked are notified. Raises what `request_of` raises.
    """
    request = request_of(token, by=by)
    if not remove_factors(user=request.user, now=now):
        # Another administrator agreed in the same moment.
        raise RemovalOver
    FactorRemoval(request.user, asked_by=request.asked_by, to=request.asked_by, agreed_by=by).send(now=now)
    return request.user


def _keys_of_factors(user: User) -> list[int]:
    return sorted(Authenticator.objects.filter(user=user).values_list("pk", flat=True))
