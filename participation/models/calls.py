"""Calls for proposals: what the committee asks, until when, and what residents may do meanwhile."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import PageManager, PageQuerySet
from wagtail.search import index

from cms.blocks import BodyBlock
from cms.fields import BodyField
from cms.models import BasePage


class ProposalIndexPage(BasePage):
    """The list of proposals, at `/propositions/`. The list itself is drawn by `participation.views.proposal_list`."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["participation.CallIndexPage"]
    max_count = 1
    template = "participation/proposal_list.html"

    class Meta:
        verbose_name = _("list of proposals")


class CallIndexPage(BasePage):
    """The list of calls, at `/propositions/appels/`."""

    parent_page_types = ["participation.ProposalIndexPage"]
    subpage_types = ["participation.CallPage"]
    max_count = 1
    template = "participation/call_index_page.html"

    class Meta:
        verbose_name = _("list of calls")


class CallQuerySet(PageQuerySet):
    def published(self) -> Self:
        return self.live().public()

    def accepting_proposals(self, now: datetime) -> Self:
        """Calls in which a proposal may be made at `now`."""
        return (
            self.published()
            .filter(phase=CallPage.Phase.PROPOSALS)
            .filter(models.Q(opens_at__isnull=True) | models.Q(opens_at__lte=now))
            .filter(models.Q(closes_at__isnull=True) | models.Q(closes_at__gt=now))
        )


class CallPage(BasePage):
    """A call: a question of the committee, in one of its phases. Its discussion hangs on the page."""

    class Phase(models.TextChoices):
        """What residents may do: make proposals (and comment, support), comment and support only, or read."""

        PROPOSALS = "proposals", _("Proposals")
        DISCUSSION = "discussion", _("Discussion")
        CLOSED = "closed", _("Closed")

    phase = models.CharField(_("phase"), max_length=12, choices=Phase, default=Phase.PROPOSALS)
    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    topic = models.ForeignKey(
        "committee.TopicPage",
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="calls",
    )
    body = BodyField(BodyBlock(), verbose_name=_("body"), blank=True)
    # An import knows its objects again by this address, never by a bare number.
    source_url = models.URLField(_("address on the platform of origin"), null=True, blank=True, unique=True)

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("phase"),
        FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
        FieldPanel("topic"),
        FieldPanel("body"),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body"), index.FilterField("phase")]
    parent_page_types = ["participation.CallIndexPage"]
    subpage_types: list[str] = []
    template = "participation/call_page.html"

    objects = PageManager.from_queryset(CallQuerySet)()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
