"""Queries of the handover: work in progress, office holders, rights that are to begin or to end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import pgettext

from accounts.models import User
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
from committee.models.members import MandateQuerySet
from committee.models.office_rights import OFFICE_GROUP
from committee.models.sessions import SessionQuerySet
from committee.permissions import COORDINATION, OFFICES
from committee.queries.seats import ENDS_WITHIN

# Between two offices of a person that count as one, and after which a change of an office is not mailed any more.
GAP = timedelta(days=7)


class Change(Enum):
    """Change of an office for its holder; the value is the place of its subject in the mail."""

    BEGINS = 0
    CONTINUES = 1
    IS_OVER = 2


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
    """Returns the mandates of offices on `day` and to come, in the order of the offices, with members. One query."""
    held = Mandate.objects.not_over(day).exclude(role__in=Mandate.SEATED).select_related("member")
    rank = Mandate.Role.values.index
    return sorted(held, key=lambda mandate: (rank(mandate.role), mandate.starts_on, mandate.pk))


def office_group() -> Group | None:
    """Returns the group of the coordination; None if an administrator has removed or renamed it."""
    return Group.objects.filter(name=OFFICE_GROUP).first()


def kinds_of_rights(group: Group) -> list[str]:
    """Returns the names of the models that `group` has a right on."""
    kinds = ContentType.objects.filter(permission__group=group).distinct()
    return sorted({kind.name for kind in kinds if kind.model_class()})


def _leading(day: date) -> MandateQuerySet:
    """Returns the coordination mandates on `day` and those that begin soon."""
    return Mandate.objects.not_over(day).filter(role__in=COORDINATION, starts_on__lte=day + ENDS_WITHIN)


def coordination_mandates(user: User, day: date) -> list[Mandate]:
    """Returns the coordination mandates of `user` on `day` and those that begin soon, in order. One query."""
    return list(_leading(day).filter(member__user=user).select_related("member").order_by("starts_on", "pk"))


def has_planned_rights(mandate: Mandate) -> bool:
    """Returns whether rights were given ahead that begin with `mandate`, or before. One query."""
    return OfficeRights.objects.filter(user__member=mandate.member_id, begins_on__lte=mandate.starts_on).exists()


def mandates_without_rights(day: date) -> list[Mandate]:
    """Returns the coordination mandates, on `day` or soon, whose account has no rights of the group, one per member.

    One query. Leaves out administrators, who have every right already, and rights that were given ahead.
    """
    planned = OfficeRights.objects.filter(user=OuterRef("member__user"), begins_on__lte=OuterRef("starts_on"))
    mandates = (
        _leading(day)
        .filter(~Exists(planned), member__user__is_active=True, member__user__is_superuser=False)
        .exclude(member__user__in=Group.user_set.through.objects.filter(group__name=OFFICE_GROUP).values("user"))
        .select_related("member__user")
        .order_by("starts_on", "pk")
    )
    first: dict[int, Mandate] = {}
    for mandate in mandates:
        first.setdefault(mandate.member_id, mandate)
    return list(first.values())


def rights_to_change(day: date) -> QuerySet[Any]:
    """Returns the rights of offices that begin or end on `day`, or have no reason any more.

    They are annotated with `holds_today` and `is_in_group`. Given rights stay between two offices that follow each
    other within `GAP`.
    """
    mandates = Mandate.objects.not_over(day).filter(role__in=COORDINATION, member__user=OuterRef("user"))
    memberships = Group.user_set.through.objects.filter(user=OuterRef("user"), group=OuterRef("group"))
    is_given, is_planned = Q(begins_on=None), Q(begins_on__isnull=False)
    return (
        OfficeRights.objects.annotate(
            holds_today=Exists(mandates.filter(starts_on__lte=day)),
            holds_soon=Exists(mandates.filter(starts_on__lte=day + GAP)),
            is_to_come=Exists(mandates),
            is_in_group=Exists(memberships),
        )
        .filter(
            is_given & (Q(is_in_group=False) | Q(holds_soon=False))
            | is_planned & (Q(is_to_come=False) | Q(holds_today=True, begins_on__lte=day))
        )
        .order_by("pk")
    )


def changed_offices(day: date) -> list[tuple[Mandate, Change]]:
    """Returns the offices that began, continued or ended in the days until `day`, with the change. One query."""
    same = Mandate.objects.filter(member=OuterRef("member"), role=OuterRef("role")).exclude(pk=OuterRef("pk"))
    since = day - GAP
    offices = Mandate.objects.exclude(role__in=Mandate.SEATED).filter(member__user__is_active=True)
    changed = offices.filter(Q(starts_on__range=(since, day)) | Q(ends_on__range=(since, day - timedelta(days=1))))
    mandates = changed.select_related("member__user").annotate(
        was_held=Exists(same.filter(starts_on__lt=OuterRef("starts_on"), ends_on__gte=OuterRef("starts_on") - GAP)),
        is_held=Exists(same.not_over(day).filter(starts_on__lte=day + GAP)),
    )
    changes = [(mandate, _change(mandate, day)) for mandate in mandates.order_by("starts_on", "pk")]
    return [(mandate, change) for mandate, change in changes if not (change is Change.IS_OVER and mandate.is_held)]


def _change(mandate: Any, day: date) -> Change:
    if mandate.ends_on is not None and mandate.ends_on < day:
        return Change.IS_OVER
    return Change.CONTINUES if mandate.was_held else Change.BEGINS


def rights_to_begin() -> QuerySet[OfficeRights]:
    """Returns the rights that were given ahead, the next one first."""
    rights = OfficeRights.objects.filter(begins_on__isnull=False, user__member__isnull=False)
    return rights.select_related("user__member", "group").order_by("begins_on", "pk")


def rights_to_end(day: date) -> list[Mandate]:
    """Returns the mandates of offices that end soon, and with them the rights of the account. One query."""
    given = OfficeRights.objects.filter(user=OuterRef("member__user"), begins_on=None)
    later = _leading(day + ENDS_WITHIN).filter(member=OuterRef("member"), starts_on__gt=OuterRef("ends_on"))
    ending = _leading(day).filter(Exists(given), ~Exists(later), ends_on__lte=day + ENDS_WITHIN)
    return list(ending.select_related("member").order_by("ends_on", "pk"))


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
