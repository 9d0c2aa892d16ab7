"""Who may prepare the committee's work. Screens of this app and of those above it ask here."""

from typing import TYPE_CHECKING, TypeAlias

from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from committee.models import ProgrammePage, SessionIndexPage

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Person: TypeAlias = "User | AnonymousUser"


def can_edit_sessions(person: Person) -> bool:
    """Writes agendas, decisions and minutes."""
    return _can_change(person, SessionIndexPage.objects.first())


def can_edit_topics(person: Person) -> bool:
    """Writes the steps and the deliverables of the work programme."""
    return _can_change(person, ProgrammePage.objects.first())


def _can_change(person: Person, page: Page | None) -> bool:
    return page is not None and page_permission_policy.user_has_permission_for_instance(person, "change", page)
