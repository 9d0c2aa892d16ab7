"""Queries of pending answers: late, planned, or of the user's own services."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import ngettext

from accounts.models import AnyUser
from participation import permissions
from participation.models import OfficialAnswer, Proposal


def _scheduled() -> QuerySet[OfficialAnswer]:
    return OfficialAnswer.objects.filter(proposal=OuterRef("pk"), status=OfficialAnswer.Status.SCHEDULED)


def with_scheduled_answer(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Annotates `proposals` with `scheduled_for`, the planned time of the answer, or None."""
    return proposals.annotate(scheduled_for=Subquery(_scheduled().order_by("publish_at").values("publish_at")[:1]))


def with_drafts(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Prefetches the drafted answers of `proposals` as `drafted_answers`, the latest first. Two queries."""
    drafts = OfficialAnswer.objects.filter(status=OfficialAnswer.Status.DRAFT).select_related("writer")
    return proposals.prefetch_related(
        Prefetch("answers", queryset=drafts.order_by("-created_at", "-pk"), to_attr="drafted_answers")
    )


def late_answers(today: date) -> QuerySet[Proposal]:
    """Returns the proposals whose answer is late on `today` and not planned."""
    return Proposal.objects.answer_overdue(today).exclude(Exists(_scheduled()))


def due_answers(first: date, last: date) -> QuerySet[Proposal]:
    """Returns the proposals whose answer is announced for a day from `first` to `last` and not planned."""
    waiting = Proposal.objects.awaiting_answer().filter(answer_due_on__range=(first, last))
    return waiting.exclude(Exists(_scheduled())).select_related("asked_service")


def answers_to_give(user: AnyUser, today: date) -> QuerySet[Proposal]:
    """Returns what `user` sees among the answers that wait: the late ones, and all those asked of their own services.

    Answers that are planned are left out.
    """
    asked = Q(asked_service__in=permissions.own_services(user))
    waiting = Proposal.objects.awaiting_answer().exclude(Exists(_scheduled()))
    return waiting.filter(asked | Q(answer_due_on__lt=today))


def answers_not_late(today: date) -> QuerySet[Proposal]:
    """Returns the proposals that wait for an answer, neither late on `today` nor planned."""
    return Proposal.objects.awaiting_answer().exclude(Exists(_scheduled())).exclude(answer_due_on__lt=today)


def planned_answers(today: date) -> QuerySet[Proposal]:
    """Returns the proposals whose answer was due before `today` and is planned, annotated with `scheduled_for`."""
    return with_scheduled_answer(Proposal.objects.answer_overdue(today).filter(Exists(_scheduled())))


def of_own_services(user: AnyUser, field: str) -> Q:
    """Returns the condition that `field`, a service, is one of `user`'s own, or is empty.

    It is always true for users without a service, and for the team.
    """
    services = permissions.own_services(user)
    return Q(**{f"{field}__in": services}) | Q(**{f"{field}": None}) if services else Q()


def count_for_others(late: QuerySet[Any], own: Q) -> list[str]:
    """Returns the number of rows of `late` outside of the condition `own`, in words, for a panel; [] if none."""
    others = late.exclude(own).count() if own else 0
    words = ngettext("%(count)d for other services", "%(count)d for other services", others)
    return [words % {"count": others}] if others else []


def own_first(rows: QuerySet[Any], user: AnyUser, field: str) -> QuerySet[Any]:
    """Annotates `rows` with `is_of_others`, for sorting rows of the user's own services first."""
    services = permissions.own_services(user)
    is_own = Q(**{f"{field}__in": services})
    return rows.annotate(is_of_others=~is_own)
