"""Dashboard panel: seats and offices to fill, members without an account, rights of offices to give."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext

from cms.admin.dashboard import DashboardPanel, snippet_url
from committee.handover.queries import mandates_without_rights
from committee.models import Mandate, Member, Seat
from committee.permissions import can_edit_members, can_give_office_rights, can_invite_members, can_read_handover
from committee.queries.seats import ending_mandates, seats_to_fill, vacant_offices
from common.waiting import Link, Task, TaskList

if TYPE_CHECKING:
    from accounts.models import User


class VacanciesPanel(DashboardPanel):
    """Vacant seats, mandates that end soon, members without an account or a seat, officers without rights."""

    name = "sieges-a-pourvoir"
    order = 32
    heading = gettext_lazy("Seats to fill")
    icon = "seat"
    team = gettext_lazy("Secretariat")
    guide = "secretariat"
    limit = 8

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return can_edit_members(user)

    def work(self) -> TaskList:
        today = timezone.localdate(self.now)
        seats, empty = Seat.objects.not_over(today).count(), seats_to_fill(today)
        running = Mandate.objects.current(today)
        members = list(
            Member.objects.sitting_or_to_come(today).annotate(
                sits=Q(pk__in=running.values("member")),
                has_seat=Q(pk__in=running.filter(seat__isnull=False).values("member")),
            )
        )
        tasks = [
            *self._no_seat(seats),
            *self._rights(today),
            *self._offices(today),
            *self._empty(empty),
            *self._ending(today),
            *self._without_last_day(),
            *self._without_account([member.name for member in members if member.user_id is None]),
            *self._without_seat([member for member in members if member.sits and not member.has_seat]),
        ]
        summary = ngettext("%(number)s empty seat of %(all)s.", "%(number)s empty seats of %(all)s.", len(empty))
        return TaskList(
            tasks=tasks,
            facts=[summary % {"number": len(empty), "all": seats}] if seats else [],
            links=[
                Link(gettext("Add a member"), snippet_url(Member, "add")),
                Link(gettext("See all seats"), snippet_url(Seat, "list")),
                *self._handover(today),
            ],
        )

    def _handover(self, today: date) -> Iterator[Link]:
        if can_read_handover(self.user, today):
            yield Link(gettext("Handover"), reverse("committee:handover"))

    def _rights(self, today: date) -> Iterator[Task]:
        """Yields the rights of the coordination that an administrator has to give."""
        if not can_give_office_rights(self.user):
            return
        for mandate in mandates_without_rights(today):
            title = gettext("Give %(name)s the rights of the coordination…") % {"name": mandate.member.name}
            role, url = mandate.get_role_display(), reverse("office_rights", args=[mandate.member.user_id])
            if mandate.starts_on > today:
                note = gettext("%(role)s: the rights given now begin with the office.") % {"role": role}
                yield Task(title, url, note=note, due_on=mandate.starts_on)
            else:
                note = gettext("%(role)s: the account cannot prepare sessions yet.") % {"role": role}
                yield Task(title, url, note=note)

    def _offices(self, today: date) -> Iterator[Task]:
        for role in vacant_offices(today):
            yield Task(str(role.label), reverse("offices"), note=gettext("Nobody holds this office."))

    def _no_seat(self, seats: int) -> Iterator[Task]:
        if not seats:
            note = gettext("The committee has no seat: votes and the quorum count seats.")
            yield Task(gettext("Create the seats"), reverse("several_seats"), note=note)

    def _empty(self, seats: list[Seat]) -> Iterator[Task]:
        for seat in seats:
            yield Task(seat.name, snippet_url(Seat, "edit", seat.pk), note=gettext("Nobody holds this seat."))

    def _ending(self, today: date) -> Iterator[Task]:
        for mandate in ending_mandates(today):
            note = gettext("%(role)s: the mandate ends.") % {"role": mandate.get_role_display()}
            is_seated = mandate.role in Mandate.SEATED
            url = snippet_url(Member, "edit", mandate.member_id) if is_seated else reverse("offices")
            yield Task(mandate.member.name, url, note=note, due_on=mandate.ends_on)

    def _without_last_day(self) -> Iterator[Task]:
        if count := Mandate.objects.without_last_day().count():
            title = ngettext("%(number)s mandate has no last day", "%(number)s mandates have no last day", count)
            note = gettext("Write it: sixty days before, you are reminded here.")
            yield Task(title % {"number": count}, f"{snippet_url(Member, 'list')}?has_last_day=false", note=note)

    def _without_seat(self, members: list[Member]) -> Iterator[Task]:
        for member in members:
            note = gettext("Sits without a seat: has no vote where one counts seats.")
            yield Task(member.name, snippet_url(Member, "edit", member.pk), note=note)

    def _without_account(self, names: list[str]) -> Iterator[Task]:
        if names:
            title = ngettext("%(number)s member has no account", "%(number)s members have no account", len(names))
            note = gettext("They get no convocation by e-mail: %(names)s") % {"names": ", ".join(names)}
            invites = can_invite_members(self.user)
            address = reverse("account_invitations:index") if invites else snippet_url(Member, "list")
            yield Task(title % {"number": len(names)}, address, note=note)
