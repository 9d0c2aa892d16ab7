"""Loads the demonstration, once: a site with a history, by `manage.py load_demo`.

All people are invented and all addresses end in `.example`. Texts are in `demo/texts/`; each part of the site has a
module of `services` that converts them to objects.
"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from demo.clock import Clock
from demo.services import accounts as accounts_services
from demo.services import (
    attendance,
    benchmark,
    desk,
    digests,
    digital_help,
    follow_ups,
    home,
    indicators,
    members,
    members_area,
    minutes,
    moderation,
    news,
    partners,
    polls,
    programmes,
    receivers,
    restitutions,
    sessions,
    surveys,
    topics,
    trials,
    veille,
)
from demo.services import proposals as proposals_services
from home.services.starter_texts import load_texts


def is_loaded() -> bool:
    """Returns whether the demonstration is loaded: its administrator is created in the same transaction."""
    return User.objects.filter(email=accounts_services.ADMINISTRATOR.email).exists()


@transaction.atomic
def load(now: datetime) -> bool:
    """Loads everything, with dates relative to `now`. Returns False, and changes nothing, if it is already loaded."""
    if is_loaded():
        return False
    with receivers.paused():
        load_parts(Clock(now))
    return True


def load_parts(clock: Clock) -> None:
    """Loads the parts in order: each needs those above it."""
    load_texts(clock.now)
    accounts = accounts_services.load()
    members.load(clock, accounts)
    programme = topics.load(clock)
    programmes.load(clock, programme)
    sessions.load(clock, programme)
    minutes.load(clock, accounts)
    members_area.load(clock, accounts)
    attendance.load(clock, accounts)
    veille.load(clock, programme)
    benchmark.load(clock, accounts, programme)
    veille.add_suggestions(clock, accounts)
    veille.add_sources(clock, accounts)
    proposals = proposals_services.load(clock, accounts, programme)
    follow_ups.load(clock, programme, proposals)
    partners.load(clock, proposals)
    moderation.load(clock, accounts, proposals)
    desk.load(clock, accounts)
    trials.load(clock, accounts, programme)
    home.load(clock)
    news.load(clock)
    digital_help.load(clock)
    polls.load(clock)
    surveys.load(clock, accounts, programme)
    digests.load(clock, accounts)
    indicators.load(clock)
    restitutions.load(clock)
