"""Second factors of an account: rate limits, encryption of secrets, removal of lost ones."""

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

# With a ±1 window 3 of 10⁶ codes are valid; for an attacker who has the first factor, the limits give an expected 45
# years to guess one.
TRIES = {HOUR // 4: 5, DAY: 20}
# Seconds during which a used code is remembered: longer than a code is valid (`MFA_TOTP_TOLERANCE`).
CODE_LIFE = 180
# Encrypted field in the data of each type of factor.
SECRETS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


def proved_factor(request: HttpRequest, *, since: float = 0) -> bool:
    """Returns whether a second factor was proved in this session after `since` (Unix time, in seconds)."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" and record["at"] > since for record in records)


def note_new_factor(request: HttpRequest, factor: Authenticator) -> None:
    """Records a new factor as proved in this session: the user had it in hand."""
    record_authentication(request, factor.user, method="mfa", id=factor.pk, type=factor.type)


def allow_try(user: User, now: datetime) -> bool:
    """Counts a try of `user` before the code is checked; returns whether it is within the rate limits."""
    return all(
        allow(f"factor.{seconds}", str(user.pk), limit=limit, seconds=seconds, now=now)
        for seconds, limit in TRIES.items()
    )


def forgive_tries(user: User) -> None:
    """Resets the rate limits of `user` after a correct code."""
    for seconds in TRIES:
        forgive(f"factor.{seconds}", str(user.pk))


def use_once(user: User, code: str, now: datetime) -> bool:
    """Returns whether `code` is used for the first time: an observer cannot replay it.

    allauth remembers a code in the cache for 30 s, but accepts it for 90 s.
    """
    return allow("factor.code", f"{user.pk} {normalize_user_code(code)}", limit=1, seconds=CODE_LIFE, now=now)


def encrypt(text: str) -> str:
    """Returns `text` encrypted for the database, with a key derived from `SECRET_KEY`."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Decrypts the output of `encrypt`. Raises `InvalidToken` if its secret key is no longer in the settings."""
    return _cipher().decrypt(token.encode()).decode()


def encrypt_again() -> int:
    """Re-encrypts, with the current secret key, the factors encrypted with a former one; returns their number.

    The former key can then leave the settings. A factor that no key decrypts is logged: its user needs a new one.
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
    """Removes all factors of a `user` who lost them, ends the sessions and notifies the user; returns their number.

    Requires no proof from the user: an operator or two administrators checked it. The first factor alone signs in
    afterwards.
    """
    factors = list(Authenticator.objects.select_for_update().filter(user=user))
    if not factors:
        return 0
    Authenticator.objects.filter(pk__in=[factor.pk for factor in factors]).delete()
    for factor in factors:
        authenticator_removed.send(sender=Authenticator, request=None, user=user, authenticator=factor)
    end_sessions(user=user)
    SafetyNotice(user, SafetyNotice.Change.TAKEN).send(now=now)
    logger.warning("the %d second factors of the account %d were removed", len(factors), user.pk)
    return len(factors)


def _cipher(*, former: bool = True) -> MultiFernet:
    keys = [settings.SECRET_KEY, *(settings.SECRET_KEY_FALLBACKS if former else ())]
    derived_keys = (salted_hmac("accounts.factor", "key", secret=key, algorithm="sha256").digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived_keys])
