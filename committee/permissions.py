"""Who may prepare the committee's work. Screens of this app and of those above it ask here."""

from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from committee.models import Mandate, Member, ProgrammePage, SessionIndexPage

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Person: TypeAlias = "User | AnonymousUser"


def sitting_member(person: Person, today: date) -> Member | None:
    """Returns the member whose account `person` is, if a mandate of this member runs today. One query."""
    if not person.is_authenticated:
        return None
    return Member.objects.sitting(today).filter(user=person).first()


def holds_office(person: Person, roles: list[Mandate.Role], today: date) -> bool:
    """Whether `person` is the account of a member who holds one of `roles` today."""
    if not person.is_authenticated:
        return False
    return Mandate.objects.current(today).filter(member__user=person, role__in=roles).exists()


def can_edit_sessions(person: Person) -> bool:
    """Writes agendas, decisions and minutes."""
    return _can_change(person, SessionIndexPage.objects.first())


def can_edit_topics(person: Person) -> bool:
    """Writes the steps and the deliverables of the work programme."""
    return _can_change(person, ProgrammePage.objects.first())


def _can_change(person: Person, page: Page | None) -> bool:
    return page is not None and page_permission_policy.user_has_permission_for_instance(person, "change", page)
