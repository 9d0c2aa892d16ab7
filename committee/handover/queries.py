"""Queries of the handover: work in progress, office holders, rights that are to begin or to end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import pgettext

from committee.models import (
    Deliverable,
    Mandate,
    Member,
    OfficeRights,
    SessionAction,
    SessionDecision,
    SessionPage,
    TopicPage,
)
from committee.models.office_rights import NOTICE, OFFICE_GROUP
from committee.models.sessions import SessionQuerySet
from committee.permissions import COORDINATION, OFFICES


@dataclass(frozen=True)
class SessionToCome:
    """Session to come and its missing parts, each in a few words."""

    session: SessionPage
    lacks: list[str]


def sessions_to_come(sessions: SessionQuerySet, now: datetime) -> list[SessionToCome]:
    """Returns the `sessions` to come, each with the missing parts of its page.

    One query. For members to call, see `pending_steps`.
    """
    coming = sessions.scheduled().upcoming(now).with_badges(timezone.localdate(now))
    return [SessionToCome(session, list(_lacks(session))) for session in coming]


def _lacks(session: "SessionPage") -> Iterator[str]:
    if not session.live:
        yield pgettext("lacking", "publication")
    if not session.has_agenda:  # type: ignore[attr-defined]
        yield pgettext("lacking", "agenda")
    if not session.place:
        yield pgettext("lacking", "place")


def open_rows() -> list[SessionAction | SessionDecision]:
    """Returns the unfinished actions, and decisions with a due date, the earliest date first. Two queries."""
    actions = SessionAction.objects.filter(done_on=None, session__live=True).select_related("session", "member")
    decisions = SessionDecision.objects.filter(done_on=None, due_on__isnull=False, is_followed=True, session__live=True)
    rows: list[SessionAction | SessionDecision] = [
        *decisions.select_related("session").order_by("pk"),
        *actions.order_by("pk"),
    ]
    return sorted(rows, key=lambda row: row.due_on or date.max)


def topics_under_way() -> QuerySet[TopicPage]:
    """Returns the public topics under way with `to_deliver`, their open deliverables in order. Two queries."""
    waiting = Deliverable.objects.exclude(state=Deliverable.State.DONE)
    ordered = waiting.order_by(F("due_on").asc(nulls_last=True), "sort_order", "pk")
    topics = TopicPage.objects.published().filter(progress=TopicPage.Progress.ONGOING).defer("body")
    return topics.select_related("pilot").prefetch_related(
        Prefetch("deliverables", queryset=ordered, to_attr="to_deliver")
    )


def held_offices(day: date) -> list[Mandate]:
    """Returns the mandates of offices on `day` with their members, in the order of the offices. One query."""
    held = Mandate.objects.current(day).exclude(role__in=Mandate.SEATED).select_related("member")
    rank = Mandate.Role.values.index
    return sorted(held, key=lambda mandate: (rank(mandate.role), mandate.starts_on, mandate.pk))


def office_group() -> Group | None:
    """Returns the group of the coordination; None if an administrator has removed or renamed it."""
    return Group.objects.filter(name=OFFICE_GROUP).first()


def kinds_of_rights(group: Group) -> list[str]:
    """Returns the names of the models that `group` has a right on."""
    kinds = ContentType.objects.filter(permission__group=group).distinct()
    return sorted({kind.name for kind in kinds if kind.model_class()})


def mandates_without_rights(day: date) -> list[Mandate]:
    """Returns the coordination mandates on `day` whose account is not in the group, one per member.

    One query. Leaves out administrators, who have every right already.
    """
    mandates = (
        Mandate.objects.current(day)
        .filter(role__in=COORDINATION, member__user__is_active=True, member__user__is_superuser=False)
        .exclude(member__user__in=Group.user_set.through.objects.filter(group__name=OFFICE_GROUP).values("user"))
        .select_related("member__user")
        .order_by("starts_on", "pk")
    )
    return list({mandate.member_id: mandate for mandate in mandates}.values())


def rights_with_reason(day: date) -> QuerySet[Any]:
    """Returns the rights of offices, annotated with `holds_office` and `is_in_group`.

    An office that begins within the notice period counts as held.
    """
    mandates = Mandate.objects.not_over(day).filter(
        role__in=COORDINATION, starts_on__lte=day + NOTICE, member__user=OuterRef("user")
    )
    memberships = Group.user_set.through.objects.filter(user=OuterRef("user"), group=OuterRef("group"))
    return OfficeRights.objects.annotate(holds_office=Exists(mandates), is_in_group=Exists(memberships)).order_by("pk")


def rights_to_end(day: date) -> list[OfficeRights]:
    """Returns the rights whose end was announced, with account and member; they end automatically. One query."""
    rights = rights_with_reason(day).filter(ends_on__isnull=False, is_in_group=True, holds_office=False)
    return list(rights.select_related("user__member", "group").order_by("ends_on", "pk"))


def rights_to_look_at(day: date) -> list[Member]:
    """Returns the members in a group that no office gave them, who held an office or no longer sit.

    Only an administrator ends these rights. At most three queries.
    """
    current = Mandate.objects.current(day)
    rights = OfficeRights.objects.filter(user=OuterRef("user"), group=OuterRef("group"))
    without_rights = Group.user_set.through.objects.filter(~Exists(rights)).values("user")
    left_office = Q(pk__in=Mandate.objects.filter(role__in=OFFICES, ends_on__lt=day).values("member"))
    members = (
        Member.objects.filter(user__in=without_rights)
        .filter(left_office | ~Q(pk__in=Mandate.objects.not_over(day).values("member")))
        .exclude(pk__in=current.filter(role__in=OFFICES).values("member"))
    )
    return list(members.select_related("user").prefetch_related("user__groups").order_by("name", "pk"))
