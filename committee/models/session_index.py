"""List of the sessions of the committee."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.models import BasePage
from committee.models.session_lists import heard_at
from committee.models.sessions import SessionPage
from common.templatetags.dates import in_city_time
from common.urls import absolute_url


class SessionIndexPage(BasePage):
    """List of sessions, at `/le-comite/seances/`, with the calendar feed and the experts heard."""

    parent_page_types = ["committee.CommitteePage"]
    subpage_types = ["committee.SessionPage"]
    max_count = 1
    template = "committee/session_index_page.html"

    class Meta:
        verbose_name = _("list of sessions")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict[str, Any]:
        """Adds the next session, the ones after it, those cancelled, past ones by year and experts heard."""
        now = timezone.now()
        sessions = SessionPage.objects.child_of(self).published().with_badges(timezone.localdate(now))
        next_session = sessions.next(now)
        coming = [session for session in sessions.upcoming(now) if session != next_session]
        past = groupby(sessions.past(now), key=lambda session: in_city_time(session.starts_at).year)
        return {
            **super().get_context(request, *args, **kwargs),
            "next_session": next_session,
            "upcoming": [session for session in coming if not session.is_cancelled],
            "cancelled": [session for session in coming if session.is_cancelled],
            "years": [(year, list(group)) for year, group in past],
            "hearings": heard_at(sessions.held(now)),
            "calendar_url": absolute_url(reverse("committee:calendar")),
            "webcal_url": "webcal://" + absolute_url(reverse("committee:calendar")).partition("://")[2],
        }
