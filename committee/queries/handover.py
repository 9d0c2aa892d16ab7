"""Reads of the page for a successor: sessions to come and what they lack, open actions, topics under way, offices."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import pgettext

from committee.models import Convocation, Deliverable, Mandate, SessionAction, SessionPage, TopicPage
from committee.models.sessions import SessionQuerySet


@dataclass(frozen=True)
class SessionToCome:
    """Session to come, and what it lacks, each a few words."""

    session: SessionPage
    lacks: list[str]


def sessions_to_come(sessions: SessionQuerySet, now: datetime) -> list[SessionToCome]:
    """Returns those of `sessions` that are to come, each with what its page lacks. One query."""
    convened = Convocation.objects.filter(session=OuterRef("pk"))
    coming = sessions.scheduled().upcoming(now).with_badges(timezone.localdate(now))
    return [SessionToCome(one, list(_lacks(one))) for one in coming.annotate(is_convened=Exists(convened))]


def _lacks(session: "SessionPage") -> Iterator[str]:
    if not session.live:
        yield pgettext("lacking", "publication")
    if not session.has_agenda:  # type: ignore[attr-defined]
        yield pgettext("lacking", "agenda")
    if not session.place:
        yield pgettext("lacking", "place")
    if not session.is_convened:  # type: ignore[attr-defined]
        yield pgettext("lacking", "convocation")


def open_actions() -> QuerySet[SessionAction]:
    """Returns the actions that are not done, each with its member and session, the first day first. One query."""
    actions = SessionAction.objects.filter(done_on=None, session__live=True).select_related("session", "member")
    return actions.order_by(F("due_on").asc(nulls_last=True), "pk")


def topics_under_way() -> QuerySet[TopicPage]:
    """Returns the public topics under way with `to_deliver`, their deliverables to come in order. Two queries."""
    waiting = Deliverable.objects.exclude(state=Deliverable.State.DONE)
    ordered = waiting.order_by(F("due_on").asc(nulls_last=True), "sort_order", "pk")
    topics = TopicPage.objects.published().filter(progress=TopicPage.Progress.ONGOING).defer("body")
    return topics.select_related("pilot").prefetch_related(
        Prefetch("deliverables", queryset=ordered, to_attr="to_deliver")
    )


def held_offices(day: date) -> list[Mandate]:
    """Returns the mandates of offices on `day`, each with its member, in the order of the offices. One query."""
    held = Mandate.objects.current(day).exclude(role__in=Mandate.SEATED).select_related("member")
    rank = Mandate.Role.values.index
    return sorted(held, key=lambda mandate: (rank(mandate.role), mandate.starts_on, mandate.pk))
