"""Rights of this app: one function for each action, for its views and those of higher apps."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Person: TypeAlias = "User | AnonymousUser"


def can_oversee_data(person: Person) -> bool:
    """Reads what the site keeps of people and for how long, and which accounts are being erased: the DPO."""
    return person.has_perm("common.view_retentionrun")


def can_edit_accounts(person: Person) -> bool:
    """Edits the accounts of other people, and reads their e-mail addresses."""
    return person.has_perm("accounts.change_user")


def can_enter_admin(person: Person) -> bool:
    """Opens the admin of the site. Wagtail asks the same at each of its pages."""
    return person.has_perm("wagtailadmin.access_admin")
