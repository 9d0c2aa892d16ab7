"""Registers the report of the state of the site, the mail about its errors, and what the tick does for it."""

from datetime import datetime

from wagtail import hooks

from mailing.hooks import ON_TICK, REGISTER_NOTIFICATIONS
from mailing.notifications import Notification
from operations.admin import StateViewSet
from operations.notifications import FaultsHappened
from operations.services.faults import tell

hooks.register("register_admin_viewset", StateViewSet)


@hooks.register(REGISTER_NOTIFICATIONS)
def mails() -> list[type[Notification]]:
    return [FaultsHappened]


@hooks.register(ON_TICK)
def tell_of_errors(now: datetime) -> str:
    return tell(now=now)
