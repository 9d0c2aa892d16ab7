"""Reads of the directory: the fields that a member shows, and those that another member sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeAlias

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from committee.models import DirectoryConsent, Member, Sitting, sitting_members
from committee.queries.members import is_new
from common.phones import phone_link
from common.waiting import Task

if TYPE_CHECKING:
    from accounts.models import User

Field = DirectoryConsent.Field
Shared: TypeAlias = dict[str, str]


@dataclass(frozen=True)
class Card:
    """A member who sits, with the fields that one other member may see: {field: value}."""

    sitting: Sitting
    shared: Shared

    @property
    def email(self) -> str:
        return self.shared.get(Field.EMAIL, "")

    @property
    def phone(self) -> str:
        return self.shared.get(Field.PHONE, "")

    @property
    def phone_link(self) -> str:
        """The number in the form that a `tel:` URL takes."""
        return phone_link(self.phone)


def shown_by(member: Member) -> dict[str, datetime]:
    """Returns the fields that `member` shows, each with the moment of the consent."""
    return dict(member.directory_consents.in_force().values_list("field", "at"))


def directory_tasks(member: Member, now: datetime) -> Sequence[Task]:
    """Returns the task of a new member who has not said yet what the other members see."""
    if not is_new(member, timezone.localdate(now)) or member.directory_consents.exists():
        return []
    text = _("Choose what the other members see of you in the directory")
    hint = _("You may also show nothing.")
    return [Task(title=text, url=reverse("committee:directory_own"), note=hint)]


def shared_with(user: "User", today: date) -> dict[int, Shared]:
    """Returns what `user` sees of each member: {member id: {field: value}}. One query.

    Pages, files and mails ask at each request: a withdrawn consent counts at once.
    """
    found: dict[int, Shared] = {}
    consents = DirectoryConsent.objects.visible_to(user, today).select_related("member__user")
    for consent in consents:
        if consent.value:
            found.setdefault(consent.member_id, {})[consent.field] = consent.value
    return found


def cards_for(user: "User", today: date) -> list[Card]:
    """Returns everybody who sits, in the order of the roles, with what `user` may see. Two queries."""
    shared = shared_with(user, today)
    return [Card(sitting, shared.get(sitting.member.pk, {})) for sitting in sitting_members(today)]
