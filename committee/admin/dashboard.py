"""Panel of the dashboard about the next session."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from cms.admin.dashboard import DashboardPanel, Link, Task, Work
from committee.admin.duplication import duplicate_url
from committee.attendance.queries.figures import attendance_of
from committee.models import SessionAction, SessionIndexPage, SessionPage
from committee.permissions import can_edit_sessions
from common.templatetags.dates import day, hours, short_day

if TYPE_CHECKING:
    from accounts.models import User


def edit_url(session: SessionPage) -> str:
    """Returns the URL of the edit form of `session`."""
    return reverse("wagtailadmin_pages:edit", args=[session.pk])


class NextSessionPanel(DashboardPanel):
    """The date of the next session and its missing parts: agenda, place, link, minutes of the session before."""

    name = "prochaine-seance"
    order = 30
    heading = gettext_lazy("Next session")
    icon = "calendar-alt"
    guide = "secretariat"

    @classmethod
    def may_see(cls, user: "User") -> bool:
        return can_edit_sessions(user)

    def work(self) -> Work:
        sessions = SessionPage.objects.scheduled().with_badges()
        coming, last = sessions.upcoming(self.now).first(), sessions.past(self.now).first()
        tasks = []
        if coming and not coming.live:
            note = gettext("This session is not published yet.")
            tasks.append(Task(coming.heading, edit_url(coming), note=note))
        if coming and not coming.has_agenda:
            tasks.append(Task(gettext("Write the agenda"), edit_url(coming), note=coming.heading))
        if coming and not coming.place:
            tasks.append(Task(gettext("Say where the session takes place"), edit_url(coming), note=coming.heading))
        if coming and not coming.online_link and last and last.online_link:
            note = gettext("The session before had one.")
            tasks.append(Task(gettext("Add the link to take part from afar"), edit_url(coming), note=note))
        if last and not last.minutes:
            note = f"{last.heading}, {short_day(last.starts_at)}"
            url = reverse("committee:minutes", args=[last.slug])
            tasks.append(Task(gettext("Write the minutes of the session before"), url, note=note))
        for action in SessionAction.objects.published().late(timezone.localdate(self.now)).select_related("session"):
            url = reverse("committee:minutes", args=[action.session.slug])
            note = gettext("late since %(day)s") % {"day": short_day(action.due_on)}
            tasks.append(Task(action.text, url, note=note))
        return Work(tasks=tasks, summary=self._summary(coming, last), links=self._links(coming, last))

    def _summary(self, coming: SessionPage | None, last: SessionPage | None) -> str:
        """« Jeudi 15 novembre, 18 h 30. Ordre du jour : oui · compte rendu de la précédente : non »."""
        if coming is None:
            return gettext("No session is planned.")
        facts = [
            gettext("Agenda: %(answer)s") % {"answer": self._yes_or_no(coming.has_agenda)},
            gettext("link to take part from afar: %(answer)s") % {"answer": self._yes_or_no(bool(coming.online_link))},
        ]
        if last:
            answer = self._yes_or_no(bool(last.minutes))
            facts.append(gettext("minutes of the session before: %(answer)s") % {"answer": answer})
            answer = self._yes_or_no(attendance_of([last])[0].is_complete)
            facts.append(gettext("attendance of the session before: %(answer)s") % {"answer": answer})
        when = f"{capfirst(day(coming.starts_at))}, {hours(coming.starts_at, coming.ends_at)}"
        return f"{when}. {' · '.join(facts)}"

    def _yes_or_no(self, answer: bool) -> str:
        return gettext("yes") if answer else gettext("no")

    def _links(self, coming: SessionPage | None, last: SessionPage | None) -> list[Link]:
        if coming:
            return [Link(gettext("Open the session"), edit_url(coming))]
        index = SessionIndexPage.objects.get()
        url = reverse("wagtailadmin_pages:add", args=["committee", "sessionpage", index.pk])
        again = [Link(gettext("Duplicate the session before"), duplicate_url(last))] if last else []
        return [*again, Link(gettext("Plan a session"), url)]
