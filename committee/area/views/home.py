"""Home page of the members' area."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from committee.area.views.access import MembersOnlyMixin
from committee.hooks import area_links, member_tasks


class AreaView(MembersOnlyMixin, TemplateView):
    """Tasks of this member, then a card for each page that only members read."""

    template_name = "committee/area/home.html"
    title = _("Members’ area")

    def get_parents(self) -> list[tuple[str, str]]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = member_tasks(self.member, timezone.now())
        return super().get_context_data(member_tasks=waiting, links=area_links(self.request, self.member), **kwargs)
