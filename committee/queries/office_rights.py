"""Reads of the rights that follow an office: who waits for them, whose are to end, which others to look at."""

from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q, QuerySet

from committee.models import Mandate, Member, OfficeRights
from committee.models.office_rights import NOTICE, OFFICE_GROUP
from committee.permissions import COORDINATION, OFFICES


def office_group() -> Group | None:
    """Returns the group of the coordination, None where an administrator removed or renamed it."""
    return Group.objects.filter(name=OFFICE_GROUP).first()


def mandates_without_rights(day: date) -> list[Mandate]:
    """Returns the mandates of coordination on `day` whose account is not in the group, one of each member. One query.

    Administrators have every right already.
    """
    found = (
        Mandate.objects.current(day)
        .filter(role__in=COORDINATION, member__user__is_active=True, member__user__is_superuser=False)
        .exclude(member__user__in=Group.user_set.through.objects.filter(group__name=OFFICE_GROUP).values("user"))
        .select_related("member__user")
        .order_by("starts_on", "pk")
    )
    return list({mandate.member_id: mandate for mandate in found}.values())


def rights_with_reason(day: date) -> QuerySet[Any]:
    """Returns the rights of offices with `holds_office` and `is_in_group`; an office that begins in time keeps them."""
    mandates = Mandate.objects.not_over(day).filter(
        role__in=COORDINATION, starts_on__lte=day + NOTICE, member__user=OuterRef("user")
    )
    memberships = Group.user_set.through.objects.filter(user=OuterRef("user"), group=OuterRef("group"))
    return OfficeRights.objects.annotate(holds_office=Exists(mandates), is_in_group=Exists(memberships)).order_by("pk")


def rights_to_end(day: date) -> list[OfficeRights]:
    """Returns the rights whose end was told, each with its account and member: they end by themselves. One query."""
    told = rights_with_reason(day).filter(ends_on__isnull=False, is_in_group=True, holds_office=False)
    return list(told.select_related("user__member", "group").order_by("ends_on", "pk"))


def rights_to_look_at(day: date) -> list[Member]:
    """Returns the members whose account is in a group that no office gave, and who held an office or sit no more.

    Nothing ends these rights but an administrator. Three queries at most.
    """
    current = Mandate.objects.current(day)
    given = OfficeRights.objects.filter(user=OuterRef("user"), group=OuterRef("group"))
    others = Group.user_set.through.objects.filter(~Exists(given)).values("user")
    left = Q(pk__in=Mandate.objects.filter(role__in=OFFICES, ends_on__lt=day).values("member"))
    members = (
        Member.objects.filter(user__in=others)
        .filter(left | ~Q(pk__in=Mandate.objects.not_over(day).values("member")))
        .exclude(pk__in=current.filter(role__in=OFFICES).values("member"))
    )
    return list(members.select_related("user").prefetch_related("user__groups").order_by("name", "pk"))
