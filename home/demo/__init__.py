"""The demonstration: a site that has lived, loaded once by `manage.py load_demo`.

All people are invented and all addresses end in `.example`. Texts are typed data beside the function that loads them,
one module per part of the site.
"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from home.demo import (
    chains,
    desk,
    digest,
    members,
    news,
    participation,
    people,
    polls,
    programmes,
    sessions,
    topics,
    veille,
)
from home.demo.clock import Clock
from home.starter_texts import load_texts


def is_loaded() -> bool:
    """Says whether the demonstration is there: its administrator is created with the rest, in one transaction."""
    return User.objects.filter(email=people.ADMINISTRATOR.email).exists()


@transaction.atomic
def load(now: datetime) -> bool:
    """Loads everything, with dates counted from `now`. Returns False, and changes nothing, if it is there already."""
    if is_loaded():
        return False
    clock = Clock(now)
    load_texts(now)
    accounts = people.load()
    members.load(accounts)
    programme = topics.load(clock)
    programmes.load(clock, programme)
    sessions.load(clock, programme)
    veille.load(clock, programme)
    proposals = participation.load(clock, accounts, programme)
    chains.load(clock, programme, proposals)
    desk.load(clock, accounts)
    news.load(clock)
    polls.load(clock)
    digest.load(clock, accounts)
    return True
