"""Reads of answers that are awaited: which are late, which are planned, which are of one's own service."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from participation import permissions
from participation.models import OfficialAnswer, Proposal

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def _scheduled() -> QuerySet[OfficialAnswer]:
    return OfficialAnswer.objects.filter(proposal=OuterRef("pk"), status=OfficialAnswer.Status.SCHEDULED)


def with_scheduled_answer(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Adds to each of `proposals` when its answer is planned: `scheduled_for`, None without one."""
    return proposals.annotate(scheduled_for=Subquery(_scheduled().order_by("publish_at").values("publish_at")[:1]))


def late_answers(today: date) -> QuerySet[Proposal]:
    """Returns the proposals of which the answer is late on `today` and not even planned."""
    return Proposal.objects.answer_overdue(today).exclude(Exists(_scheduled()))


def planned_answers(today: date) -> QuerySet[Proposal]:
    """Returns the proposals of which the answer was due before `today` and is planned, each with `scheduled_for`."""
    return with_scheduled_answer(Proposal.objects.answer_overdue(today).filter(Exists(_scheduled())))


def of_own_services(person: "User | AnonymousUser", field: str) -> Q:
    """Returns the condition that a row is for `person`: `field`, a service, is one of theirs, or nobody is asked yet.

    Everything is for whoever belongs to no service, and for the team.
    """
    services = permissions.own_services(person)
    return Q(**{f"{field}__in": services}) | Q(**{f"{field}": None}) if services else Q()


def own_first(rows: QuerySet[Any], person: "User | AnonymousUser", field: str) -> QuerySet[Any]:
    """Adds `is_of_others` to `rows`, by which a list that begins with one's own services is sorted."""
    services = permissions.own_services(person)
    is_own = Q(**{f"{field}__in": services})
    return rows.annotate(is_of_others=~is_own)
