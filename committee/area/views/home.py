"""Home page of the members' area."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from committee.area.queries import area_links, member_tasks, note_waiting
from committee.area.views.access import MembersOnlyMixin
from committee.queries.members import is_new
from committee.queries.seats import own_offices
from common.waiting import waiting


class AreaView(MembersOnlyMixin, TemplateView):
    """First steps for new members, tasks of the member, then a card for each members-only page."""

    template_name = "committee/area/home.html"
    title = _("Members’ area")

    def get_parents(self) -> list[tuple[str, str]]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tasks = member_tasks(self.member, timezone.now())
        note_waiting(self.request.user, waiting(tasks))
        return super().get_context_data(
            is_new=is_new(self.member, timezone.localdate()),
            offices=own_offices(self.member, timezone.localdate()),
            member_tasks=tasks,
            links=area_links(self.request, self.member),
            **kwargs,
        )
