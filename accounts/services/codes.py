"""Single-use codes that confirm an action on an account."""

from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.errors import CodeExpired, WrongCode
from accounts.models import AccountCode, User
from accounts.notifications import ActionCode, EmailInUse
from accounts.queries import is_taken
from common.audit import Act, record_act
from common.errors import TooManyMails
from common.limits import HOUR, allow, seconds_left, throttle_mail

CODES_PER_ACCOUNT_AND_HOUR = 10


def throttle(request: HttpRequest, *, user: User, email: str, now: datetime) -> None:
    """Counts a code requested by `user` for `email`. Raises `TooManyMails` above a rate limit.

    The limits per network and per address are shared with all other mails that visitors can request, except sign-in
    codes.
    """
    if not allow("account.code", str(user.pk), limit=CODES_PER_ACCOUNT_AND_HOUR, seconds=HOUR, now=now):
        raise TooManyMails(seconds=seconds_left("account.code", str(user.pk), now))
    throttle_mail(request, email, now)


@transaction.atomic
def send_code(
    *, user: User, action: AccountCode.Action, now: datetime, email: str = "", choices: dict[str, Any] | None = None
) -> AccountCode:
    """Sends a code that confirms `action` to `email`, by default the address of the account. Replaces the former code.

    If another account has `email`, the row looks the same, but the mail contains no code.
    """
    email = email or user.email
    is_known = is_taken(email, by_others_than=user)
    code = get_adapter().generate_login_code()
    row, _created = AccountCode.objects.update_or_create(
        user=user,
        action=action,
        defaults={
            "email": email,
            "code_hash": "" if is_known else _hash(code, settings.SECRET_KEY),
            "choices": choices or {},
            "tries": 0,
            "sent_at": now,
        },
    )
    (EmailInUse(user, email) if is_known else ActionCode(user, email, action, code)).send(now=now)
    return row


def use_code(*, user: User, action: AccountCode.Action, code: str, now: datetime) -> AccountCode:
    """Consumes the code typed by `user` and returns its row. Raises `WrongCode` or `CodeExpired`.

    A conditional UPDATE counts the try before the comparison, so that parallel requests get three tries in all.
    """
    rows = AccountCode.objects.filter(user=user, action=action)
    usable = rows.filter(sent_at__gt=now - AccountCode.LIFE, tries__lt=AccountCode.MAX_TRIES)
    if not usable.update(tries=F("tries") + 1):
        raise CodeExpired
    row = rows.first()
    if row is None:
        raise CodeExpired
    digits = "".join(code.split())
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(constant_time_compare(row.code_hash, _hash(digits, key)) for key in keys):
        record_act(Act.WRONG_CONFIRMATION, refused=True, about=user, details=action)
        raise CodeExpired if row.tries >= AccountCode.MAX_TRIES else WrongCode
    if not rows.filter(pk=row.pk, code_hash=row.code_hash).delete()[0]:
        raise CodeExpired
    return row


def forget_old_codes(*, now: datetime) -> int:
    """Deletes expired codes and the addresses they were sent to; returns their number."""
    return AccountCode.objects.filter(sent_at__lte=now - AccountCode.LIFE).delete()[0]


def _hash(code: str, key: str | bytes) -> str:
    return salted_hmac("accounts.code", code, secret=key, algorithm="sha256").hexdigest()
