"""Helpers: a committee with a session, its minutes, and the users who write and correct them."""

import datetime as dt
import uuid

from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from committee.minutes.services import (
    approve_minutes,
    decide_correction,
    open_round,
    propose_correction,
    save_draft,
)
from committee.models import Correction, DecisionMethod, Mandate, Member, SessionPage
from common.shown import BY_PROGRAM
from common.templatetags.dates import CITY_ZONE
from tests.factories import SeatFactory, SessionPageFactory, UserFactory

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=CITY_ZONE)
DAY = dt.timedelta(days=1)
TODAY = NOW.date()
Role = Mandate.Role
DECISIONS = [
    {"text": "Le comité demande un guide.", "responsible": "Louise S.", "due_on": dt.date(2026, 12, 20), "topic": None},
    {"text": "Le comité demande un téléphone.", "responsible": "", "due_on": None, "topic": None},
]
TEXT = "## Ce qui s’est dit\n- Un guide aide.\n- Un téléphone rassure.\nLe comité remercie Aïcha."


def member(role=Role.MEMBER, name="", user=None, **mandate):
    """Returns a user who has held a role since 2019."""
    user = user or UserFactory()
    new_member = Member(name=name or user.public_name, user=user)
    seat = SeatFactory() if role == Role.SUBSTITUTE else None
    new_member.mandates = [Mandate(role=role, seat=seat, **{"starts_on": dt.date(2019, 1, 1), **mandate})]
    new_member.save()
    return user


def held(days=10, **fields):
    """Returns a public session held `days` ago, without a revision: to publish one takes longer than most tests."""
    start = NOW - days * DAY
    page = SessionPageFactory(starts_at=start, ends_at=start + dt.timedelta(hours=2), **fields)
    return SessionPage.objects.get(pk=page.pk)


def draft(session, author, text=TEXT, decisions=DECISIONS, actions=(), seen=0):
    agreed = [{"manner": DecisionMethod.AGREEMENT, **values} for values in decisions]
    return save_draft(session=session, author=author, text=text, decisions=agreed, actions=actions, seen=seen, now=NOW)


def opened(session, author, until=TODAY, **fields):
    draft(session, author, **fields)
    return open_round(session=session, actor=author, until=until, now=NOW - DAY, shown=BY_PROGRAM)


def propose(session, author, now=NOW, **fields):
    values = {"passage": "Un guide aide.", "replacement": "Un guide aide beaucoup.", "why": "C’est ce qui s’est dit."}
    return propose_correction(session=session, author=author, key=uuid.uuid4(), now=now, **{**values, **fields})


def decide(correction, actor, state=Correction.State.ACCEPTED, reason="C’est juste."):
    return decide_correction(correction=correction, actor=actor, state=state, reason=reason, now=NOW, shown=BY_PROGRAM)


def approve(session, actor, approved_in, now=NOW + DAY):
    return approve_minutes(session=session, approved_in=approved_in, actor=actor, now=now, shown=BY_PROGRAM)


def approved(days=10, **fields):
    """Returns a session whose minutes a coordinator approved at yesterday's session."""
    coordinator = fields.pop("coordinator", None) or member(Role.COORDINATOR)
    session = held(days)
    opened(session, coordinator, **fields)
    later = SessionPage.objects.filter(starts_at__gt=session.starts_at).first() or held(1)
    approve(session, coordinator, later)
    return SessionPage.objects.get(pk=session.pk)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def text_of(response):
    return response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")


def words_of(response):
    """Returns the text of the page with plain spaces."""
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def assert_not_found(client, word):
    """Checks that the search of the site neither finds `word` nor suggests it instead of a similar one."""
    for query in (word, f"{word}x"):
        found = client.get(reverse("home:search"), {"q": query}).context
        assert (found["found"].total, word.lower() in found["to_try"]) == (0, False), query


def address(session, name="minutes", **kwargs):
    return reverse(f"committee:{name}", kwargs={"slug": session.slug, **kwargs})
