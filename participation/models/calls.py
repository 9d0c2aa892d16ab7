"""Calls for proposals: question of the committee, phases, and audience."""

from datetime import date, datetime, timedelta
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import PageManager, PageQuerySet
from wagtail.search import index

from accounts.models import Audience
from cms.blocks import BodyBlock
from cms.fields import BodyField
from cms.hooks import CardSubject
from cms.models import BasePage, IndexPage
from cms.models.visibility import published_pages
from committee.models import Pictogram, card_of_topic, family_of
from common.templatetags.dates import last_day, short_day
from participation.hooks import PROPOSAL_LIST_VIEW_HOOK, registered


class ProposalIndexPage(BasePage):
    """List of proposals, at `/propositions/`. A view renders the list (`PROPOSAL_LIST_VIEW_HOOK`)."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["participation.CallIndexPage"]
    max_count = 1
    template = "participation/proposal_list.html"

    class Meta:
        verbose_name = _("list of proposals")

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Serves the same list in the page tree or a preview as the view of the app."""
        response: HttpResponse = registered(PROPOSAL_LIST_VIEW_HOOK)(request, index_page=self)
        return response


class CallIndexPage(IndexPage):
    """List of calls, at `/propositions/appels/`. Its template uses the tag `calls_by_phase`."""

    parent_page_types = ["participation.ProposalIndexPage"]
    subpage_types = ["participation.CallPage"]
    max_count = 1
    template = "participation/call_index_page.html"

    class Meta:
        verbose_name = _("list of calls")


class CallQuerySet(PageQuerySet):
    def published(self) -> Self:
        return published_pages(self)

    def in_phase(self, phase: "CallPage.Phase", now: datetime) -> Self:
        """Returns the calls for which `phase_at(now)` is `phase`: the same rule, in SQL."""
        return self._with_phase(now).filter(phase_now=phase)

    def by_phase(self, now: datetime) -> Self:
        """Returns the calls in the order of `CallPage.LISTED`, the latest first in each phase."""
        ranks = [When(phase_now=phase, then=Value(rank)) for rank, phase in enumerate(CallPage.LISTED)]
        return self._with_phase(now).order_by(Case(*ranks), "-first_published_at", "-pk")

    def _with_phase(self, now: datetime) -> Self:
        begun = [
            When(**{f"{beginning}__lte": now}, then=Value(begun_phase))
            for begun_phase, beginning in reversed(CallPage.BEGINNINGS.items())
        ]
        current = Case(*begun, default=Value(CallPage.Phase.COMING), output_field=models.CharField())
        return self.alias(phase_now=current)

    def accepting_proposals(self, now: datetime) -> Self:
        """Returns the calls that accept proposals at `now`, the first to end first."""
        until = Coalesce("discussion_from", "support_from", "closes_at")
        return self.published().in_phase(CallPage.Phase.PROPOSALS, now).order_by(until.asc(nulls_last=True), "pk")


class CallPage(BasePage):
    """Call: a question of the committee, with its phases.

    Its discussion is attached to the page. A phase begins on its date and lasts until the next begins; a phase
    without a date does not take place. For the actions allowed in a phase, see `participation.permissions`.
    """

    class Phase(models.TextChoices):
        COMING = "coming", pgettext_lazy("call", "Coming")
        PROPOSALS = "proposals", _("Proposals")
        DISCUSSION = "discussion", _("Discussion")
        SUPPORT = "support", pgettext_lazy("call", "Support")
        CLOSED = "closed", _("Closed")

    class Reading(models.TextChoices):
        """Texts that a moderator reads before publication."""

        EVERYTHING = "everything", _("Everything")
        FIRST = "first", _("The first contributions of each person; the next ones are read once published")

    # Field with the beginning of each phase, in order. Before the first one, a call is coming.
    BEGINNINGS = {
        Phase.PROPOSALS: "proposals_from",
        Phase.DISCUSSION: "discussion_from",
        Phase.SUPPORT: "support_from",
        Phase.CLOSED: "closes_at",
    }
    # Message for users who are not in the audience of the call.
    REFUSALS = {
        Audience.ACCOUNTS: _("Sign in to take part in this call."),
        Audience.RESIDENTS: _(
            "This call is for people who live in a commune of the metropolis. To take part, say your commune."
        ),
        Audience.MEMBERS: _(
            "This call is for the members of the committee. You can read everything. To take part, see the other calls."
        ),
    }
    # Audience, shown beside the title if it is not everyone.
    INVITED = {
        Audience.RESIDENTS: pgettext_lazy("call", "for residents"),
        Audience.MEMBERS: pgettext_lazy("call", "for members of the committee"),
    }
    # Order of the list of calls: open ones first, the earliest deadline last.
    LISTED = (Phase.PROPOSALS, Phase.DISCUSSION, Phase.SUPPORT, Phase.COMING, Phase.CLOSED)

    proposals_from = models.DateTimeField(
        _("proposals from"), null=True, blank=True, help_text=_("People propose and comment.")
    )
    discussion_from = models.DateTimeField(
        _("discussion from"), null=True, blank=True, help_text=_("No new proposal any more. People comment.")
    )
    support_from = models.DateTimeField(
        _("support from"),
        null=True,
        blank=True,
        help_text=_("People support and comment. Empty: they support from the beginning."),
    )
    closes_at = models.DateTimeField(
        _("closes at"), null=True, blank=True, help_text=_("Everything can still be read.")
    )
    audience = models.CharField(
        _("who may take part"),
        max_length=12,
        choices=[(audience.value, audience.label) for audience in REFUSALS],
        default=Audience.ACCOUNTS,
    )
    reading = models.CharField(_("read before publication"), max_length=12, choices=Reading, default=Reading.EVERYTHING)
    topic = models.ForeignKey(
        "committee.TopicPage",
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="calls",
    )
    body = BodyField(BodyBlock(), verbose_name=_("body"), blank=True)
    # Imports identify their objects by this URL, never by a bare number.
    source_url = models.URLField(
        _("address on the platform of origin"), max_length=500, null=True, blank=True, unique=True
    )

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("proposals_from"), FieldPanel("discussion_from")]),
                FieldRowPanel([FieldPanel("support_from"), FieldPanel("closes_at")]),
            ],
            heading=_("Phases"),
            help_text=_(
                "Each phase lasts until the next one begins. Leave a date empty if the call does not have this phase."
                " The hours are those of Paris. Before the first date, the call is announced and can be read."
            ),
        ),
        MultiFieldPanel([FieldPanel("audience"), FieldPanel("reading")], heading=_("Rules of the call")),
        FieldPanel("topic"),
        FieldPanel("body"),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    parent_page_types = ["participation.CallIndexPage"]
    subpage_types: list[str] = []
    template = "participation/call_page.html"
    exclude_fields_in_copy = ["source_url"]

    goes_stale = False

    # Time shown by the preview of a phase; None: now.
    previewed_at: datetime | None = None

    objects = PageManager.from_queryset(CallQuerySet)()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")

    def clean(self) -> None:
        """Refuses phases that do not begin one after the other."""
        super().clean()
        errors = {}
        before: CallPage.Phase | None = None
        for phase, begins_at in self.beginnings.items():
            if before is not None and begins_at <= self.beginnings[before]:
                date = short_day(self.beginnings[before])
                errors[self.BEGINNINGS[phase]] = _("Choose a date after that of “%(phase)s”, %(date)s.") % {
                    "phase": before.label,
                    "date": date,
                }
            before = phase
        if errors:
            raise ValidationError(errors)

    @property
    def pictogram(self) -> str:
        """Pictogram of the topic, or a default."""
        return (self.topic and self.topic.pictogram) or Pictogram.IDEAS

    @property
    def family(self) -> str:
        """Colour family of the pictogram."""
        return family_of(self.pictogram)

    @property
    def beginnings(self) -> dict["CallPage.Phase", datetime]:
        """Phases of this call in order, each with its beginning."""
        dates = {phase: getattr(self, beginning) for phase, beginning in self.BEGINNINGS.items()}
        return {phase: begins_at for phase, begins_at in dates.items() if begins_at is not None}

    def end_of(self, phase: "CallPage.Phase") -> datetime | None:
        """Returns the beginning of the next phase after `phase`, or None."""
        order = list(self.BEGINNINGS)
        later = [begins_at for other, begins_at in self.beginnings.items() if order.index(other) > order.index(phase)]
        return later[0] if later else None

    def last_day_of(self, phase: "CallPage.Phase") -> date | None:
        """Returns the last day of `phase`, None if it has no end."""
        return last_day(self.end_of(phase))

    @property
    def proposals_until(self) -> date | None:
        """Last day on which a proposal may be made."""
        return self.last_day_of(self.Phase.PROPOSALS)

    def phase_at(self, now: datetime) -> "CallPage.Phase":
        """Returns the last phase, in order, that has begun at `now`."""
        begun = [phase for phase, begins_at in self.beginnings.items() if begins_at <= now]
        return begun[-1] if begun else self.Phase.COMING

    @property
    def invited(self) -> str:
        """Audience of the call in a few words; empty if it is everyone."""
        return str(self.INVITED.get(Audience(self.audience), ""))

    @property
    def refusal(self) -> str:
        """Message for users who are not in the audience."""
        return str(self.REFUSALS[Audience(self.audience)])

    @property
    def card_subject(self) -> CardSubject:
        return card_of_topic(self.title, self.topic_id)

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """Preview of the page as it is now, and in each phase that has a date."""
        phases = [self.Phase.COMING, *self.beginnings]
        return [*super().preview_modes, *((phase.value, phase.label) for phase in phases)]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Renders the page as of the beginning of the chosen phase."""
        if mode_name in self.beginnings:
            self.previewed_at = self.beginnings[self.Phase(mode_name)]
        elif mode_name == self.Phase.COMING:
            self.previewed_at = min(self.beginnings.values(), default=timezone.now()) - timedelta(seconds=1)
        return super().serve_preview(request, mode_name)
