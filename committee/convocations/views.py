"""Page of the convocations in the members' area."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from committee.area.views.access import MembersOnlyMixin
from committee.attendance.queries.absences import session_to_come
from committee.models import Convocation, SessionPage
from committee.permissions import records_attendance
from committee.queries.session_contents import contents_of


class ConvocationsView(MembersOnlyMixin, TemplateView):
    """Sessions to come with convocations, then the convocations to past sessions."""

    template_name = "committee/area/convocations.html"
    title = _("Convocations")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        convocations = list(Convocation.objects.of_published_sessions())
        coming: dict[SessionPage, list[Convocation]] = {}
        for convocation in reversed(convocations):
            if convocation.session.ends_at > now:
                coming.setdefault(convocation.session, []).append(convocation)
        contents = contents_of(list(coming), now)
        sections = [
            {
                "session": session,
                "convocations": sent,
                "contents": contents[session.pk],
                "online_link": session.online_link
                or next((convocation.online_link for convocation in sent[::-1] if convocation.online_link), ""),
            }
            for session, sent in coming.items()
        ]
        past = list(
            dict.fromkeys(convocation.session for convocation in convocations if convocation.session.ends_at <= now)
        )
        return super().get_context_data(
            notes_absences=records_attendance(self.member, timezone.localdate(now)),
            # The only session from which a member announces an absence.
            absence_session=session_to_come(self.request.user, now),
            coming=sections,
            past=past,
            **kwargs,
        )
