"""Users of the visibility tests: one account for each role, and the anonymous visitor."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts.models import User
from committee.models import DirectoryConsent, Mandate, Member, Seat
from tests.factories import LONG_AGO
from tests.visibility.words import Canaries

# Role → group of the account, "" for none.
GROUPS = {
    "visitor": "",
    "resident": "",
    "author": "",
    "member": "",
    "substitute": "",
    "former": "",
    "coordinator": "",
    "inside": "",
    "editor": "Rédaction",
    "secretariat": "Secrétariat",
    "moderator": "Modération",
    "service": "Services",
    "desk": "Accueil",
    "organiser": "Animation",
    "administrator": "",
}
ROLES = tuple(GROUPS)


def make_people(canaries: Canaries) -> dict[str, User]:
    """Creates an account for each role; `inside` may enter the admin and nothing else."""
    people = {}
    for role, group in GROUPS.items():
        if role == "visitor":
            continue
        is_root = role == "administrator"
        person = canaries.make(User, role, commune="67482", is_superuser=is_root, is_staff=is_root)
        person.groups.set(Group.objects.filter(name=group))
        assert not group or person.groups.count() == 1
        people[role] = person
    people["inside"].user_permissions.add(Permission.objects.get(codename="access_admin"))
    _seat(canaries, people)
    return people


def _seat(canaries: Canaries, people: dict[str, User]) -> None:
    """Creates seats, mandates (one of them ended), and a member who is not named and has no account."""
    now, start = dt.datetime.now(dt.UTC), LONG_AGO.date()
    seats = [canaries.make(Seat, state, starts_on=start) for state in ("held", "other")]
    roles = Mandate.Role
    held = [
        ("member", roles.MEMBER, seats[0], None, True),
        ("substitute", roles.SUBSTITUTE, seats[0], None, True),
        ("former", roles.MEMBER, seats[1], start + dt.timedelta(days=9), False),
        ("coordinator", roles.COORDINATOR, None, None, True),
        ("unnamed", roles.MEMBER, seats[1], None, False),
    ]
    for state, role, seat, end, is_named in held:
        member = canaries.make(Member, state, user=people.get(state), is_named=is_named)
        starts = start + dt.timedelta(days=20) if state == "unnamed" else start
        Mandate.objects.create(pk=member.pk, member=member, role=role, seat=seat, starts_on=starts, ends_on=end)
    for state in ("member", "coordinator"):
        person = people[state].member
        for field in DirectoryConsent.Field.values:
            DirectoryConsent.objects.create(member=person, field=field, is_given=state == "member", at=now)


class Browser(Client):
    """Test client without signals and template contexts, because it sends thousands of requests."""

    def __init__(self, person: User | None) -> None:
        super().__init__(raise_request_exception=False)
        if person:
            self.force_login(person)

    def request(self, **request: Any) -> Any:
        return self.handler(self._base_environ(**request))
