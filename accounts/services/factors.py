"""Second factors of an account: what proves one, how their secrets are kept, and how an operator takes them away."""

import base64
import logging
from datetime import datetime

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_removed
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts.models import User
from accounts.notifications import SafetyNotice
from accounts.services.erasure import end_sessions
from common.limits import DAY, HOUR, allow, forgive

logger = logging.getLogger(__name__)

# Three codes of a million are right at a time: with these tries, who has the first factor guesses
# one in 45 years.
TRIES = {HOUR // 4: 5, DAY: 20}
# Longer than a code is taken (`MFA_TOTP_TOLERANCE`).
CODE_LIFE = 180
# What is kept encrypted of each type of factor.
SECRETS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


def proved_factor(request: HttpRequest, *, since: float = 0) -> bool:
    """Whether the person of `request` proved a second factor in this session, after `since` (seconds of the epoch)."""
    records = get_authentication_records(request, request.user)
    return any(one["method"] == "mfa" and one["at"] > since for one in records)


def note_new_factor(request: HttpRequest, factor: Authenticator) -> None:
    """Notes that who has just added `factor` to the account had it in hand: it is proved in this session."""
    record_authentication(request, factor.user, method="mfa", id=factor.pk, type=factor.type)


def allow_try(user: User, now: datetime) -> bool:
    """Counts a try of `user`, who passed the first factor, before the code is looked at; returns whether it is let."""
    return all(
        allow(f"factor.{seconds}", str(user.pk), limit=limit, seconds=seconds, now=now)
        for seconds, limit in TRIES.items()
    )


def forgive_tries(user: User) -> None:
    """Forgets the tries of `user`, who gave the right code."""
    for seconds in TRIES:
        forgive(f"factor.{seconds}", str(user.pk))


def use_once(user: User, code: str, now: datetime) -> bool:
    """Returns whether `code` of the application of `user` opens for the first time; who looked on cannot use it again.

    allauth notes it in the cache, for half a minute, where a code is taken for a minute and a half.
    """
    return allow("factor.code", f"{user.pk} {normalize_user_code(code)}", limit=1, seconds=CODE_LIFE, now=now)


def encrypt(text: str) -> str:
    """Returns `text` as the database keeps it: encrypted by a key that is made from the secret key of the site."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Returns what `encrypt` was given. Raises `InvalidToken` if its secret key is not known any more."""
    return _cipher().decrypt(token.encode()).decode()


def encrypt_again() -> int:
    """Encrypts by the present secret key what a former one encrypted; returns how many factors.

    Then the former key can leave the settings. What no key reads is logged: its person needs another factor.
    """
    if not settings.SECRET_KEY_FALLBACKS:
        return 0
    present, count = _cipher(former=False), 0
    for factor in Authenticator.objects.filter(type__in=SECRETS).order_by("pk"):
        name = SECRETS[factor.type]
        try:
            present.decrypt(factor.data[name])
        except InvalidToken:
            count += _encrypt_again(factor.pk, name)
    return count


@transaction.atomic
def _encrypt_again(key: int, name: str) -> bool:
    factor = Authenticator.objects.select_for_update().filter(pk=key).first()
    if factor is None:
        return False
    try:
        factor.data[name] = _cipher().rotate(factor.data[name]).decode()
    except InvalidToken:
        logger.error("no secret key reads the factor %d any more", key)
        return False
    factor.save(update_fields=["data"])
    return True


@transaction.atomic
def remove_factors(*, user: User, now: datetime) -> int:
    """Takes all factors from `user`, whose person lost them, ends the sessions and says so by mail; returns how many.

    For an operator: the person proves nothing here. Afterwards the first factor alone opens the account.
    """
    factors = list(Authenticator.objects.select_for_update().filter(user=user))
    if not factors:
        return 0
    Authenticator.objects.filter(pk__in=[factor.pk for factor in factors]).delete()
    for factor in factors:
        authenticator_removed.send(sender=Authenticator, request=None, user=user, authenticator=factor)
    end_sessions(user=user)
    SafetyNotice(user, SafetyNotice.Change.TAKEN).send(now=now)
    logger.warning("the %d second factors of the account %d were removed by an operator", len(factors), user.pk)
    return len(factors)


def _cipher(*, former: bool = True) -> MultiFernet:
    keys = [settings.SECRET_KEY, *(settings.SECRET_KEY_FALLBACKS if former else ())]
    made = (salted_hmac("accounts.factor", "key", secret=key, algorithm="sha256").digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in made])
