"""Wagtail pages of the committee: its home page, its members, its work programme."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from cms.blocks import BodyBlock
from cms.discovery.structured_data import organisation
from cms.fields import BodyField
from cms.models import BasePage, SiteConfiguration, StandardPage
from cms.models.visibility import published_pages
from committee.models.missions import MissionsBlock
from committee.models.partners import PartnerBodyPage
from committee.models.programme import Deliverable, TopicPage
from committee.models.sessions import SessionPage
from committee.models.work_programmes import WorkProgramme


class CommitteePage(BasePage):
    """Home page of the committee, at `/le-comite/`: missions, members, how it decides, sessions."""

    missions = BodyField(MissionsBlock(parent_level=2), verbose_name=_("missions"), blank=True)
    how_we_decide = BodyField(BodyBlock(parent_level=2), verbose_name=_("how we decide"), blank=True)
    how_to_join = BodyField(BodyBlock(parent_level=2), verbose_name=_("how to join"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("missions"),
        FieldPanel("how_we_decide"),
        FieldPanel("how_to_join"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("missions"),
        index.SearchField("how_we_decide"),
        index.SearchField("how_to_join"),
    ]
    parent_page_types = ["home.HomePage"]
    subpage_types = [
        "committee.MembersPage",
        "committee.SessionIndexPage",
        "committee.ProgrammePage",
        "committee.PartnerBodyPage",
        "cms.StandardPage",
    ]
    max_count = 1
    template = "committee/committee_page.html"

    class Meta:
        verbose_name = _("committee page")

    def structured_data(self, request: HttpRequest) -> list[dict[str, Any]]:
        return [organisation(SiteConfiguration.shown())]

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict[str, Any]:
        now = timezone.now()
        sessions = SessionPage.objects.published()
        below = list(published_pages(self.get_children()))
        children = {page.specific_class.__name__: page for page in below}
        return {
            **super().get_context(request, *args, **kwargs),
            "next_session": sessions.next(now),
            "last_session": sessions.held(now).first(),
            "children": children,
            "partner_bodies": [page for page in below if page.specific_class is PartnerBodyPage],
            "standard_pages": [page for page in below if page.specific_class is StandardPage],
        }


class MembersPage(BasePage):
    """Page of the members and their roles, at `/le-comite/membres/`."""

    parent_page_types = ["committee.CommitteePage"]
    subpage_types: list[str] = []
    max_count = 1
    template = "committee/members_page.html"

    class Meta:
        verbose_name = _("members page")


class ProgrammePage(BasePage):
    """Work programme, at `/le-comite/programme/`: priorities of the year, overdue deliverables, topics."""

    parent_page_types = ["committee.CommitteePage"]
    subpage_types = ["committee.TopicPage"]
    max_count = 1
    template = "committee/programme_page.html"

    class Meta:
        verbose_name = _("work programme")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict[str, Any]:
        """Adds the latest programme, overdue deliverables, and the topics by progress, late ones first."""
        late = list(Deliverable.objects.late(timezone.localdate()))
        late_topics = {row.topic_id for row in late}
        topics = sorted(TopicPage.objects.published().with_progress(), key=lambda topic: topic.pk not in late_topics)
        columns = [
            (progress, [topic for topic in topics if topic.progress == progress])
            for progress in (TopicPage.Progress.ONGOING, TopicPage.Progress.UPCOMING, TopicPage.Progress.DONE)
        ]
        programmes = list(WorkProgramme.objects.adopted())
        this_year = timezone.localdate().year
        return {
            **super().get_context(request, *args, **kwargs),
            "topics": topics,
            "columns": columns,
            "programme": programmes[0] if programmes else None,
            "priorities": programmes[0].priorities.with_public_topics() if programmes else [],
            "former_programmes": programmes[1:],
            "missing_year": this_year if programmes and programmes[0].year < this_year else None,
            "late": late,
            "late_topics": late_topics,
        }
