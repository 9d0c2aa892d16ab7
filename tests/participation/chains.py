"""Helpers: proposals of 2026 with the actions of committee and city on them, and pages as text."""

import datetime as dt

from cms.blocks import BodyBlock
from committee.models import AgendaItem, Deliverable, SessionDecision
from participation.models import ProposalInDecision, ProposalInDeliverable, ProposalOnAgenda
from tests.factories import (
    CityServiceFactory,
    OfficialAnswerFactory,
    ProposalFactory,
    SessionPageFactory,
    TopicPageFactory,
)


def at(month, day, hour=17):
    return dt.datetime(2026, month, day, hour, tzinfo=dt.UTC)


def session(start, title="Les démarches", minutes_on=None, **fields):
    page = SessionPageFactory(title=title, starts_at=start, **fields)
    if minutes_on:
        page.minutes = BodyBlock().to_python([{"type": "text", "value": "<p>Dit.</p>"}])
        page.last_published_at = minutes_on
        page.save()
    return page


def put_on_agenda(page, proposal, title="Les durées"):
    return ProposalOnAgenda.objects.create(row=AgendaItem.objects.create(session=page, title=title), proposal=proposal)


def decide(page, proposal, text="Demander la durée", **fields):
    row = SessionDecision.objects.create(session=page, text=text, **fields)
    return ProposalInDecision.objects.create(row=row, proposal=proposal)


def deliver(proposal, title="La durée est écrite", topic=None, **fields):
    row = Deliverable.objects.create(topic=topic or TopicPageFactory(title="Mobilité"), title=title, **fields)
    ProposalInDeliverable.objects.create(row=row, proposal=proposal)
    return row


def proposal_of(month, day, **fields):
    return ProposalFactory(title="Dire la durée", created_at=at(month, day), **fields)


def whole_chain():
    """Creates a chain: received 1 June, session 6 July, minutes 15 July, accepted 3 August, delivered 1 October."""
    proposal = proposal_of(6, 1)
    page = session(at(7, 6), minutes_on=at(7, 15), number=3)
    put_on_agenda(page, proposal)
    decide(page, proposal, responsible="Karim B.", due_on=dt.date(2026, 7, 20))
    service = CityServiceFactory(name="Direction du numérique")
    OfficialAnswerFactory(proposal=proposal, service=service, published_at=at(8, 3))
    deliver(proposal, state="livre", due_on=dt.date(2026, 10, 15), done_on=dt.date(2026, 10, 1), owner="Karim B.")
    proposal.refresh_from_db()
    return proposal


def page_text(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ").replace("\u2011", "-")
