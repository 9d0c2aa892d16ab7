"""The committee's life: members and their mandates, topics of the work programme, sessions and their agenda."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, PageManager, PageQuerySet
from wagtail.search import index

from cms.blocks import BodyBlock
from cms.fields import BodyField
from cms.models import BasePage


class CommitteePage(BasePage):
    """The committee, at `/le-comite/`: what it is for, who sits on it, how it decides."""

    missions = BodyField(BodyBlock(), verbose_name=_("missions"), blank=True)
    how_we_decide = BodyField(BodyBlock(), verbose_name=_("how we decide"), blank=True)
    how_to_join = BodyField(BodyBlock(), verbose_name=_("how to join"), blank=True)

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
        "cms.StandardPage",
    ]
    max_count = 1
    template = "committee/committee_page.html"

    class Meta:
        verbose_name = _("committee page")


class MembersPage(BasePage):
    """The members and their roles, at `/le-comite/membres/`."""

    parent_page_types = ["committee.CommitteePage"]
    subpage_types: list[str] = []
    max_count = 1
    template = "committee/members_page.html"

    class Meta:
        verbose_name = _("members page")


class ProgrammePage(BasePage):
    """The work programme, at `/le-comite/programme/`: the topics, by progress."""

    parent_page_types = ["committee.CommitteePage"]
    subpage_types = ["committee.TopicPage"]
    max_count = 1
    template = "committee/programme_page.html"

    class Meta:
        verbose_name = _("work programme")


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

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")


class SessionIndexPage(BasePage):
    """The list of sessions, at `/le-comite/seances/`, with the calendar to subscribe to."""

    parent_page_types = ["committee.CommitteePage"]
    subpage_types = ["committee.SessionPage"]
    max_count = 1
    template = "committee/session_index_page.html"

    class Meta:
        verbose_name = _("list of sessions")


class SessionQuerySet(PageQuerySet):
    """Sessions that may be shown, in time."""

    def published(self) -> Self:
        return self.live().public()

    def upcoming(self, now: datetime) -> Self:
        """Sessions that are not over at `now`, the next one first."""
        return self.filter(ends_at__gte=now).order_by("starts_at")

    def past(self, now: datetime) -> Self:
        """Sessions that are over at `now`, the latest one first."""
        return self.filter(ends_at__lt=now).order_by("-starts_at")


class SessionPage(BasePage):
    """One session of the committee. Its slug is its date (`2019-01-14`)."""

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.PositiveSmallIntegerField(_("number in the season"), null=True, blank=True)
    starts_at = models.DateTimeField(_("starts at"), help_text=_("Time in Paris."))
    ends_at = models.DateTimeField(_("ends at"))
    place = models.CharField(_("place"), max_length=200, help_text=_("With the tram stop, for example."))
    access = models.CharField(_("access"), max_length=200, blank=True, help_text=_("Wheelchair, induction loop…"))
    open_to_public = models.BooleanField(_("open to everyone"), default=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.SCHEDULED)
    minutes = BodyField(BodyBlock(), verbose_name=_("minutes"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("number"), FieldPanel("status"), FieldPanel("open_to_public")]),
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
        MultiFieldPanel([FieldPanel("place"), FieldPanel("access")], heading=_("Where")),
        InlinePanel("agenda_items", heading=_("Agenda"), label=_("Agenda item")),
        FieldPanel("minutes"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("place"),
        index.SearchField("minutes"),
        index.FilterField("starts_at"),
        index.RelatedFields("agenda_items", [index.SearchField("title")]),
    ]
    parent_page_types = ["committee.SessionIndexPage"]
    subpage_types: list[str] = []
    template = "committee/session_page.html"

    objects = PageManager.from_queryset(SessionQuerySet)()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="committee_session_ends_after_start"
            )
        ]


class AgendaItem(Orderable):
    """One point of a session's agenda."""

    session = ParentalKey(SessionPage, on_delete=models.CASCADE, related_name="agenda_items")
    starts_at = models.TimeField(_("time"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=200)
    presenter = models.CharField(_("presented by"), max_length=120, blank=True)
    topic = models.ForeignKey(
        TopicPage,
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="agenda_items",
    )

    panels = [
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("minutes")]),
        FieldPanel("title"),
        FieldPanel("presenter"),
        FieldPanel("topic"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")

    def __str__(self) -> str:
        return self.title


class MemberQuerySet(models.QuerySet):
    def sitting(self, on) -> Self:
        """Members who hold a mandate on the date `on`, in the order of their roles."""
        return (
            self.filter(mandates__starts_on__lte=on)
            .filter(Q(mandates__ends_on__isnull=True) | Q(mandates__ends_on__gte=on))
            .distinct()
        )


class Member(ClusterableModel, index.Indexed):
    """A person who sits, or sat, on the committee. An account is not needed."""

    name = models.CharField(_("name"), max_length=80, help_text=_("As it is shown on the site, with consent."))
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="member",
    )
    college = models.CharField(_("college"), max_length=80, blank=True, help_text=_("Example: Residents"))
    presentation = models.TextField(_("presentation"), max_length=400, blank=True)

    panels = [
        FieldPanel("name"),
        FieldPanel("user"),
        FieldPanel("college"),
        FieldPanel("presentation"),
        InlinePanel("mandates", heading=_("Mandates"), label=_("Mandate"), min_num=1),
    ]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Mandate(models.Model):
    """A role that a member holds for a time."""

    class Role(models.TextChoices):
        """In the order in which members are listed."""

        COORDINATOR = "coordinator", _("Coordinator")
        DEPUTY_COORDINATOR = "deputy-coordinator", _("Deputy coordinator")
        RAPPORTEUR = "rapporteur", _("Rapporteur")
        FACILITATOR = "facilitator", _("Facilitator")
        PARTNERSHIP = "partnership", _("Users' representative at the strategic partnership committee")
        MEMBER = "member", _("Member")

    member = ParentalKey(Member, on_delete=models.CASCADE, related_name="mandates")
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.MEMBER)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="committee_mandate_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}"
