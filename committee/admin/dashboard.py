"""Dashboard panel for the next session."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, ngettext

from cms.admin.dashboard import DashboardPanel
from committee.admin.duplication import duplicate_url
from committee.attendance.queries.figures import attendance_of
from committee.attendance.queries.seat_votes import votes_to_enter
from committee.convocations.queries.calls import convene_url, pending_steps, reached_at
from committee.convocations.queries.departures import departures
from committee.minutes.queries import late_rows, minutes_state, minutes_steps
from committee.models import SessionIndexPage, SessionPage
from committee.permissions import can_edit_members, can_edit_sessions
from committee.queries.agendas import copied_from, known_agendas
from common.templatetags.dates import day, hours, in_city_time, last_day, short_day
from common.waiting import Link, Task, TaskList
from mailing.departures import departure_actions, departure_words

if TYPE_CHECKING:
    from accounts.models import User


def edit_url(session: SessionPage) -> str:
    """Returns the URL of the edit form of `session`."""
    return reverse("wagtailadmin_pages:edit", args=[session.pk])


def copied_words(before: datetime) -> str:
    """Returns a reminder such as « Changer l’ordre du jour : c’est encore celui du 14 novembre 2026 »."""
    return gettext("Change the agenda: it is still that of %(day)s") % {"day": short_day(before)}


class NextSessionPanel(DashboardPanel):
    """Convocations about to leave, next session and its missing parts, changes to announce, minutes in progress."""

    name = "prochaine-seance"
    order = 30
    heading = gettext_lazy("Next session")
    icon = "calendar-alt"
    team = gettext_lazy("Secretariat")
    limit = 8
    guide = "secretariat"

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return can_edit_sessions(user)

    def work(self) -> TaskList:
        sessions = SessionPage.objects.scheduled()
        coming = sessions.upcoming(self.now).first()
        last = sessions.live().past(self.now).select_related("minutes_record").first()
        # Unpublished changes count as written.
        draft = coming.get_latest_revision_as_object() if coming else None
        preparation = self._preparation(draft, last) if draft else []
        if last and not coming:
            preparation = [Task(gettext("Plan the next session"), duplicate_url(last))]
        tasks = [
            *self._departures(),
            *self._calls(),
            *self._votes(),
            *preparation,
            *self._minutes(),
            *self._late_rows(),
        ]
        return TaskList(tasks=tasks, facts=list(self._facts(draft, last)), links=self._links(coming, last))

    def _preparation(self, coming: SessionPage, last: SessionPage | None) -> Iterator[Task]:
        url = edit_url(coming)
        if coming.has_unpublished_changes and not coming.approved_schedule:
            note = (
                gettext("Changes wait to be published.")
                if coming.live
                else gettext("This session is not published yet.")
            )
            yield Task(coming.heading, url, note=note)
        if not coming.agenda_items.exists():
            yield Task(gettext("Write the agenda"), url, note=coming.heading)
        elif before := copied_from(coming, [item.title for item in coming.agenda_items.all()], known_agendas()):
            yield Task(copied_words(before), url, note=coming.heading)
        if not coming.place:
            yield Task(gettext("Say where the session takes place"), url, note=coming.heading)
        if last and last.members_link() and not coming.members_link():
            note = gettext("The session before had one.")
            yield Task(gettext("Add the link to take part from afar"), url, note=note)

    def _departures(self) -> Iterator[Task]:
        for draft, count in departures(self.now):
            url = convene_url(draft.session, only_arrived=draft.only_arrived)
            if draft.send_at:
                words = {"when": departure_words(draft.send_at, now=self.now), "what": draft}
                yield Task(
                    gettext("%(when)s: %(what)s") % words,
                    url,
                    note=ngettext("%(count)d recipient", "%(count)d recipients", count) % {"count": count},
                    until=self.now,
                    needs_action=False,
                    actions=departure_actions(url, about=str(draft)),
                )
            else:
                title = gettext("It did not leave: %(what)s") % {"what": draft}
                yield Task(title, url, note=draft.problem, until=self.now)

    def _calls(self) -> Iterator[Task]:
        for step in pending_steps(self.now, shows_phones=can_edit_members(self.user)):
            yield Task(step.text, step.url, note=step.note, due_on=in_city_time(step.until).date())

    def _votes(self) -> Iterator[Task]:
        if not can_edit_members(self.user):
            return
        for poll, seats in votes_to_enter(self.now):
            names = [reached_at(seat.voter, shows_phone=True) for seat in seats if not seat.has_voted]
            if names:
                title = ngettext(
                    "Enter the vote of %(count)d seat without an account",
                    "Enter the votes of %(count)d seats without an account",
                    len(names),
                )
                note = f"{poll.title} · {', '.join(names)}"
                url = reverse("seat_votes:list")
                yield Task(title % {"count": len(names)}, url, note=note, due_on=last_day(poll.closes_at))

    def _minutes(self) -> list[Task]:
        return [Task(step.text, step.url, note=step.session.heading) for step in minutes_steps(self.now, self.user)]

    def _late_rows(self) -> Iterator[Task]:
        for row in late_rows(timezone.localdate(self.now)):
            url = reverse("committee:minutes", args=[row.session.slug])
            yield Task(
                row.text,
                url,
                note=row.session.heading,
                due_on=row.due_on,
                is_late=True,
            )

    def _facts(self, coming: SessionPage | None, last: SessionPage | None) -> Iterator[str]:
        """Yields facts such as « Jeudi 15 novembre, 18 h 30 », « Ordre du jour : oui »."""
        if coming is None:
            yield gettext("No session is planned.")
            return
        yield f"{capfirst(day(coming.starts_at))}, {hours(coming.starts_at, coming.ends_at)}"
        yield gettext("Agenda: %(answer)s") % {"answer": self._yes_or_no(coming.agenda_items.exists())}
        answer = self._yes_or_no(bool(coming.members_link()))
        yield gettext("Link to take part from afar: %(answer)s") % {"answer": answer}
        if last:
            yield gettext("Minutes of the session before: %(answer)s") % {"answer": minutes_state(last)}
            answer = self._yes_or_no(attendance_of([last])[0].is_complete)
            yield gettext("Attendance of the session before: %(answer)s") % {"answer": answer}

    def _yes_or_no(self, answer: bool) -> str:
        return gettext("yes") if answer else gettext("no")

    def _links(self, coming: SessionPage | None, last: SessionPage | None) -> list[Link]:
        if coming:
            return [Link(gettext("Open the session"), edit_url(coming))]
        index = SessionIndexPage.objects.get()
        url = reverse("wagtailadmin_pages:add", args=["committee", "sessionpage", index.pk])
        again = [Link(gettext("Duplicate the session before"), duplicate_url(last))] if last else []
        dates = Link(gettext("Write the dates of the sessions"), reverse("session_dates"))
        return [*again, Link(gettext("Plan a session"), url), dates]
