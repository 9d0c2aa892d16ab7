"""Rights on places of help: change them, confirm them, take them in from a file; answer the reports of readers."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Person: TypeAlias = "User | AnonymousUser"


def can_edit_places(person: Person) -> bool:
    """Changes places, says that they are still right, and takes them in from a file."""
    return person.has_perm("inclusion.change_place")


def can_answer_reports(person: Person) -> bool:
    """Reads what readers report about places, and answers it."""
    return person.has_perm("inclusion.change_placereport")
