"""The work programme and its topics."""

from typing import Any, Self

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import PageManager, PageQuerySet
from wagtail.search import index

from cms.blocks import BodyBlock
from cms.fields import BodyField
from cms.models import BasePage
from cms.visibility import published_pages
from committee.sections import topic_sections


class ProgrammePage(BasePage):
    """The work programme, at `/le-comite/programme/`: the topics, by progress."""

    parent_page_types = ["committee.CommitteePage"]
    subpage_types = ["committee.TopicPage"]
    max_count = 1
    template = "committee/programme_page.html"

    class Meta:
        verbose_name = _("work programme")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict[str, Any]:
        """Adds the topics by progress: first what the committee works on now, then what comes, then what is done."""
        topics = list(TopicPage.objects.published())
        columns = [
            (progress, [topic for topic in topics if topic.progress == progress])
            for progress in (TopicPage.Progress.ONGOING, TopicPage.Progress.UPCOMING, TopicPage.Progress.DONE)
        ]
        return {**super().get_context(request, *args, **kwargs), "topics": topics, "columns": columns}


class TopicQuerySet(PageQuerySet):
    def published(self) -> Self:
        """Topics that anyone may read, by number."""
        return published_pages(self).order_by("number")


class TopicPage(BasePage):
    """One of the topics of the work programme; the seed has ten. Proposals, sessions and veille entries point to it."""

    class Progress(models.TextChoices):
        UPCOMING = "a-venir", _("Upcoming")
        ONGOING = "en-cours", _("Ongoing")
        DONE = "termine", _("Done")

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    question = models.CharField(_("question"), max_length=200, help_text=_("The question that the committee works on."))
    progress = models.CharField(_("progress"), max_length=10, choices=Progress, default=Progress.UPCOMING)
    body = BodyField(BodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("number"), FieldPanel("progress")]),
        FieldPanel("question"),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("question"),
        index.SearchField("body"),
        index.FilterField("number"),
    ]
    parent_page_types = ["committee.ProgrammePage"]
    subpage_types: list[str] = []
    template = "committee/topic_page.html"

    objects = PageManager.from_queryset(TopicQuerySet)()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "sections": topic_sections(self, request)}
