"""Registers the mails about accounts."""

from wagtail import hooks

from accounts.notifications import EmailCode, KnownAccount, SignInCode, SignUpCode, UnknownAccount
from mailing.hooks import REGISTER_NOTIFICATIONS
from mailing.notifications import Notification


@hooks.register(REGISTER_NOTIFICATIONS)
def mails() -> list[type[Notification]]:
    return [EmailCode, KnownAccount, SignInCode, SignUpCode, UnknownAccount]
