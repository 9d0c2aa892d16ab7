"""Queries of the directory: the fields that a member shares, and those visible to another member."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeAlias

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from committee.models import DirectoryConsent, Member, Sitting, sitting_members
from committee.models.naming_consent import Naming
from committee.queries.members import is_new
from common.phones import phone_link
from common.waiting import Task

if TYPE_CHECKING:
    from accounts.models import User

Field = DirectoryConsent.Field
Shared: TypeAlias = dict[str, str]


@dataclass(frozen=True)
class Card:
    """Sitting member with the fields visible to another member: {field: value}."""

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
        """Phone number in the format of a `tel:` URL."""
        return phone_link(self.phone)


def shared_fields(member: Member) -> dict[str, datetime]:
    """Returns the fields that `member` shares, each with the time of the consent."""
    return dict(member.directory_consents.in_force().values_list("field", "at"))


def directory_tasks(member: Member, now: datetime) -> Sequence[Task]:
    """Returns the task to answer whether the site may name `member`, and that of a new member to choose the fields."""
    url, tasks = reverse("committee:directory_own"), []
    if member.naming == Naming.NOT_ASKED:
        hint = _("Without your answer you are counted, and not named.")
        tasks.append(Task(title=_("Say whether you agree to be named on the site"), url=url, note=hint))
    if is_new(member, timezone.localdate(now)) and not member.directory_consents.exists():
        text = _("Choose what the other members see of you in the directory")
        tasks.append(Task(title=text, url=url, note=_("You may also show nothing.")))
    return tasks


def shared_with(user: "User", today: date) -> dict[int, Shared]:
    """Returns the fields of each member that `user` sees: {member id: {field: value}}.

    One query. Computed for each request, so that a withdrawn consent takes effect at once.
    """
    fields: dict[int, Shared] = {}
    consents = DirectoryConsent.objects.visible_to(user, today).select_related("member__user")
    for consent in consents:
        if consent.value:
            fields.setdefault(consent.member_id, {})[consent.field] = consent.value
    return fields


def cards_for(user: "User", today: date) -> list[Card]:
    """Returns all sitting members in the order of their roles, with the fields visible to `user`. Two queries."""
    shared = shared_with(user, today)
    return [Card(sitting, shared.get(sitting.member.pk, {})) for sitting in sitting_members(today)]
