"""Calls for proposals: what the committee asks, until when, and what residents may do meanwhile."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import PageManager, PageQuerySet
from wagtail.search import index

from cms.blocks import BodyBlock
from cms.fields import BodyField
from cms.models import BasePage
from cms.visibility import published_pages


class ProposalIndexPage(BasePage):
    """The list of proposals, at `/propositions/`. The list itself is drawn by `participation.views.proposal_list`."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["participation.CallIndexPage"]
    max_count = 1
    template = "participation/proposal_list.html"

    class Meta:
        verbose_name = _("list of proposals")

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Gives the same list through the page tree or a preview as by the app's own route."""
        from participation.views.proposals import proposal_list

        return proposal_list(request, index_page=self)


class CallIndexPage(BasePage):
    """The list of calls, at `/propositions/appels/`."""

    parent_page_types = ["participation.ProposalIndexPage"]
    subpage_types = ["participation.CallPage"]
    max_count = 1
    template = "participation/call_index_page.html"

    class Meta:
        verbose_name = _("list of calls")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Adds the calls, grouped by what a resident may do in them."""
        now = timezone.now()
        calls = (
            CallPage.objects.published()
            .annotate(discussion_count=Coalesce("discussion__comment_count", 0))
            .order_by("-first_published_at", "-pk")
        )
        groups: dict[str, list[CallPage]] = {"open": [], "discussed": [], "closed": []}
        for call in calls:
            groups[call.stage(now)].append(call)
        titles = [("open", _("Open calls")), ("discussed", _("Under discussion")), ("closed", _("Closed"))]
        return super().get_context(request, *args, **kwargs) | {
            "groups": [(title, key, groups[key]) for key, title in titles if groups[key]]
        }


class CallQuerySet(PageQuerySet):
    def published(self) -> Self:
        return published_pages(self)

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

    SHOWN_PROPOSALS = 6

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

    goes_stale = False

    objects = PageManager.from_queryset(CallQuerySet)()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")

    def stage(self, now: datetime) -> str:
        """What a resident may do at `now`: "open" (propose and comment), "discussed" (comment), "closed" (read)."""
        if self.phase == self.Phase.CLOSED:
            return "closed"
        started = self.opens_at is None or self.opens_at <= now
        ended = self.closes_at is not None and self.closes_at <= now
        return "open" if self.phase == self.Phase.PROPOSALS and started and not ended else "discussed"

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Adds the first proposals of the call and one page of its discussion (none in the preview of a new page)."""
        from participation.services import discussion_for_page
        from participation.threads import asked_discussion

        now = timezone.now()
        context = super().get_context(request, *args, **kwargs) | {"stage": self.stage(now)}
        if self.pk:
            discussion = getattr(self, "discussion", None) or discussion_for_page(page=self)
            discussion.page, discussion.proposal = self, None
            context["proposals"] = (
                self.proposals.published().with_authors().select_related("topic").order_by("-published_at", "-pk")
            )[: self.SHOWN_PROPOSALS]
            context["talk"] = asked_discussion(request, discussion, now=now)
        return context
