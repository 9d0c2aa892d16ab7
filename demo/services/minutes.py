"""Minutes of the sessions: approved ones, and those of the latest session, open to corrections."""

import uuid
from datetime import date, time, timedelta
from typing import Any

from accounts.models import User
from committee.models import (
    Correction,
    DecisionMethod,
    Dissent,
    Majority,
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
from committee.models.votes import COUNTS
from committee.register.services.chain import record_decisions
from common.markdown import body, french
from demo.clock import Clock, paris
from demo.content import Text, french_lines, read
from home.services.publishing import publish_revision

# Minimum days since the latest session; and remaining days for corrections of its minutes: less than the two weeks in
# which their draft is promised.
LATEST, LEFT_TO_CORRECT = 5, 2


def approve(page: SessionPage, text: Text, approved_in: SessionPage | None) -> None:
    """Publishes the minutes of `page`, freezes them, and adds its decisions to the register.

    The date is that of the session `approved_in`; without one, ten days later.
    """
    day = page.starts_at.date()
    published_at = (
        approved_in.starts_at + timedelta(hours=1) if approved_in else paris(day + timedelta(days=10), time(9))
    )
    page.minutes = body(text["minutes"])  # type: ignore[assignment]
    page.decisions = [  # type: ignore[misc]
        SessionDecision(
            sort_order=order,
            topic=topic_of(page, order),
            done_on=done_on(one, day),
            **words_of(one, day),
            **vote_of(one),
        )
        for order, one in enumerate(text["decisions"])
    ]
    members = {member.name: member for member in Member.objects.all()}
    page.actions = [  # type: ignore[misc]
        SessionAction(
            sort_order=order,
            member=members.get(one["responsible"]),
            done_on=done_on(one, day),
            **words_of(one, day),
        )
        for order, one in enumerate(text.get("actions", ()))
    ]
    publish_revision(page, published_at)
    SessionPage.objects.filter(pk=page.pk).update(minutes_published_at=published_at)
    record = SessionMinutes.objects.create(
        session=page,
        state=SessionMinutes.State.APPROVED,
        text=text["minutes"].strip(),
        approved_at=published_at,
        approved_in=approved_in,
        approved_by=Mandate.Role.COORDINATOR,
    )
    record_decisions(session=page, approved_on=record.approved_on, now=published_at)


def topic_of(page: SessionPage, rank: int) -> TopicPage | None:
    """Returns the topic of the agenda item of the same rank, or of the first item with a topic."""
    topics = [item.topic for item in page.agenda_items.all()]
    of_rank = topics[rank] if rank < len(topics) else None
    return of_rank or next(filter(None, topics), None)


def done_on(one: Text, day: date) -> date | None:
    return day + timedelta(days=one["done"]) if "done" in one else None


def words_of(one: Text, day: date) -> dict[str, Any]:
    return {
        "text": french(one["text"]),
        "responsible": one.get("responsible", ""),
        "due_on": day + timedelta(days=one["within"]) if "within" in one else None,
    }


def vote_of(one: Text) -> dict[str, Any]:
    """Returns how a decision was taken: by agreement, unless its text has votes."""
    if "votes" not in one:
        return {"manner": DecisionMethod.AGREEMENT}
    counts = dict(zip(COUNTS, one["votes"], strict=True))
    return {"manner": DecisionMethod.HANDS, "majority": Majority.SIMPLE, **counts}


def load(clock: Clock, people: dict[str, User]) -> None:
    """Opens the minutes of the latest session to corrections, with an accepted and a pending one."""
    texts = read("minutes")
    day = clock.monday_before(LATEST)
    record = SessionMinutes.objects.create(
        session=SessionPage.objects.get(slug=day.isoformat()),
        state=SessionMinutes.State.OPEN,
        text=french_lines(texts["text"]),
        version=1,
        corrections_until=clock.today + timedelta(days=LEFT_TO_CORRECT),
    )
    for one in texts["decisions"]:
        decision = MinutesDecision.objects.create(record=record, **words_of(one, day), **vote_of(one))
    Dissent.objects.create(
        decision=decision,
        member=Member.objects.get(name=texts["dissent"]["member"]),
        is_by_name=True,
        text=french(texts["dissent"]["text"]),
        written_at=clock.ago(2, 19),
    )
    MinutesAction.objects.create(
        record=record,
        text=french(texts["action"]["text"]),
        member=Member.objects.get(name=texts["action"]["member"]),
        due_on=day + timedelta(days=30),
    )
    correct(record, texts["waiting"], author=people["helene"], created_at=clock.ago(2, 18))
    correct(
        record,
        texts["accepted"],
        author=people["helene"],
        created_at=clock.ago(3, 12),
        state=Correction.State.ACCEPTED,
        decided_at=clock.ago(2, 9),
        decided_by=Mandate.Role.RAPPORTEUR,
    )


def correct(record: SessionMinutes, words: dict[str, str], **fields: Any) -> None:
    """Adds a correction with the texts `words`."""
    texts = {name: french(text) for name, text in words.items()}
    Correction.objects.create(key=uuid.uuid4(), record=record, **texts, **fields)
