"""The minutes of the sessions: those that are approved, and those of the latest one, which members still correct."""

import uuid
from datetime import date, time, timedelta
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

from accounts.models import User
from committee.models import (
    Correction,
    Mandate,
    Member,
    MinutesAction,
    MinutesDecision,
    SessionAction,
    SessionDecision,
    SessionMinutes,
    SessionPage,
    TopicPage,
)
from committee.register.services.chain import record_decisions
from common.markdown import body, french
from demo.clock import Clock, paris
from home.services.publishing import publish_revision

if TYPE_CHECKING:
    from demo.services.sessions import Decided, SessionText

# How many days ago the latest session was, at least.
LATEST = 12

TEXT = """
## Ce qui existe déjà

Quatre lieux d’aide sont ouverts dans les quartiers. Aucun ne l’est le samedi.

## Ce qui s’est dit

- Un guide d’une page se garde sur le frigo.
- Une aide au téléphone rassure, même quand on n’appelle pas.

Le comité préfère commencer par le guide : il coûte peu et il sert à tous.
"""
DECISIONS = (
    ("Le comité prépare un guide d’une page pour les trois démarches les plus longues.", "Louise S."),
    ("Le comité demande un lieu d’aide ouvert le samedi.", ""),
)


def approve(page: SessionPage, text: "SessionText", approved_in: SessionPage | None) -> None:
    """Publishes the minutes of `page`, freezes them, and enters its decisions in the register.

    That was at the session `approved_in`; without one, ten days later.
    """
    day = page.starts_at.date()
    told_at = approved_in.starts_at + timedelta(hours=1) if approved_in else paris(day + timedelta(days=10), time(9))
    page.minutes = body(text.minutes)  # type: ignore[assignment]
    page.decisions = [  # type: ignore[misc]
        SessionDecision(sort_order=order, topic=topic_of(page, order), **words_of(one, day))
        for order, one in enumerate(text.decisions)
    ]
    members = {member.name: member for member in Member.objects.all()}
    page.actions = [  # type: ignore[misc]
        SessionAction(sort_order=order, member=members.get(one.responsible), **words_of(one, day))
        for order, one in enumerate(text.actions)
    ]
    publish_revision(page, told_at)
    SessionPage.objects.filter(pk=page.pk).update(minutes_published_at=told_at)
    SessionMinutes.objects.create(
        session=page,
        state=SessionMinutes.State.APPROVED,
        text=cleandoc(text.minutes),
        approved_at=told_at,
        approved_in=approved_in,
        approved_by=Mandate.Role.COORDINATOR,
    )
    record_decisions(session=page, now=told_at)


def topic_of(page: SessionPage, rank: int) -> TopicPage | None:
    """The topic of the point of the same rank, or of the first point that has one."""
    topics = [item.topic for item in page.agenda_items.all()]
    of_rank = topics[rank] if rank < len(topics) else None
    return of_rank or next(filter(None, topics), None)


def words_of(one: "Decided", day: date) -> dict[str, Any]:
    return {
        "text": french(one.text),
        "responsible": one.responsible,
        "due_on": day + timedelta(days=one.within) if one.within else None,
    }


def load(clock: Clock, people: dict[str, User]) -> None:
    """Opens the minutes of the latest session to corrections, with one that is accepted and one that waits."""
    day = clock.monday_before(LATEST)
    record = SessionMinutes.objects.create(
        session=SessionPage.objects.get(slug=day.isoformat()),
        state=SessionMinutes.State.OPEN,
        text=french_lines(TEXT),
        version=1,
        corrections_until=clock.today + timedelta(days=5),
    )
    for text, responsible in DECISIONS:
        MinutesDecision.objects.create(record=record, text=french(text), responsible=responsible)
    MinutesAction.objects.create(
        record=record,
        text=french("Demander aux quatre lieux leurs horaires du samedi."),
        member=Member.objects.get(name="Rachid O."),
        due_on=day + timedelta(days=30),
    )
    Correction.objects.create(
        key=uuid.uuid4(),
        record=record,
        author=people["membre"],
        passage=french("Aucun ne l’est le samedi."),
        replacement=french("Un seul l’est le samedi, à la Meinau."),
        why=french("La permanence de la Meinau ouvre le premier samedi du mois."),
        created_at=clock.ago(2, 18),
    )
    Correction.objects.create(
        key=uuid.uuid4(),
        record=record,
        author=people["helene"],
        replacement=french("Le comité remercie les deux personnes qui ont présenté leur lieu d’aide."),
        why=french("Nous l’avions promis à la fin de la séance."),
        created_at=clock.ago(3, 12),
        state=Correction.State.ACCEPTED,
        reason=french("Oui, c’était prévu."),
        decided_at=clock.ago(2, 9),
        decided_by=Mandate.Role.RAPPORTEUR,
    )


def french_lines(text: str) -> str:
    """Returns `text` with the spaces of French, line by line."""
    return "\n".join(french(line) for line in cleandoc(text).splitlines())
