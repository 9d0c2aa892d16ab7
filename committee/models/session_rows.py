"""Rows of a session: agenda items, decisions, actions, documents."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable, Page

from cms.hooks import HookedPanels
from cms.models.visibility import published_pages
from committee.hooks import ROW_PANELS_HOOK
from committee.models.members import Member
from committee.models.naming import as_public
from committee.models.programme import TopicPage
from committee.models.votes import COUNTS, VoteWords


class OptionalPanel(FieldPanel):
    """Read-only field that may be empty: Wagtail would show None."""

    def format_value_for_display(self, value: Any) -> Any:
        return "–" if value is None else super().format_value_for_display(value)


class AgendaItem(Orderable, ClusterableModel):
    """Item of the agenda of a session."""

    session = ParentalKey("committee.SessionPage", on_delete=models.CASCADE, related_name="agenda_items")
    starts_at = models.TimeField(_("time"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(pgettext_lazy("duration", "minutes"), null=True, blank=True)
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
        HookedPanels(hook=ROW_PANELS_HOOK),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")

    def __str__(self) -> str:
        return self.title


class DecisionWords(VoteWords):
    """Fields of a decision, in a draft and on the page of its session: one sentence, who, due date, how taken."""

    text = models.CharField(
        _("what was decided"),
        max_length=300,
        help_text=_("One sentence. Example: The committee asks that each procedure say how long it takes."),
    )
    responsible = models.CharField(_("who does it"), max_length=120, blank=True)
    due_on = models.DateField(_("before"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text

    @property
    def who(self) -> str:
        return self.responsible


class ActionWords(models.Model):
    """Fields of an action: the task, a member or another person who does it, the due date."""

    text = models.CharField(
        _("what is to be done"), max_length=300, help_text=_("Example: Send the two requests to the city.")
    )
    responsible = models.CharField(_("or who else does it"), max_length=120, blank=True)
    due_on = models.DateField(_("before"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text

    @property
    def who(self) -> str:
        """Name of the member, or of the other person, for members."""
        member: Member | None = self.member  # type: ignore[attr-defined]
        return member.name if member else self.responsible

    @property
    def shown_who(self) -> str:
        """Name of the member, or of the other person, for the public."""
        member: Member | None = self.member  # type: ignore[attr-defined]
        return capfirst(member.shown_name) if member else as_public(self.responsible)


class FollowedRowQuerySet(models.QuerySet):
    def published(self) -> Self:
        """Returns the rows of public sessions."""
        return self.filter(session__in=published_pages(Page.objects.order_by()).values("pk"))

    def late(self, today: date) -> Self:
        """Returns the unfinished rows that are overdue on `today`, the oldest first."""
        return self.filter(done_on=None, due_on__lt=today).order_by("due_on", "pk")


class FollowedRow(models.Model):
    """Row with a due date, part of the approved text of a session: only `done_on` may change later."""

    done_on = models.DateField(_("done on"), null=True, blank=True)

    objects = FollowedRowQuerySet.as_manager()

    class Meta:
        abstract = True

    def is_late(self, today: date) -> bool:
        due_on: date | None = self.due_on  # type: ignore[attr-defined]
        return self.done_on is None and due_on is not None and due_on < today


class SessionDecision(FollowedRow, DecisionWords, Orderable, ClusterableModel):
    """Decision of a session, written by the approval of the minutes; editors only link it to its subjects.

    The register keeps its text, not whether it is done.
    """

    session = ParentalKey("committee.SessionPage", on_delete=models.CASCADE, related_name="decisions")
    topic = models.ForeignKey(
        TopicPage,
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="decisions",
    )
    # False if it was overdue before decisions could be marked as done: its state is unknown, and it is not shown as
    # late.
    is_followed = models.BooleanField(default=True, db_default=True, editable=False)

    panels = [
        FieldPanel("text", read_only=True),
        FieldRowPanel([FieldPanel("responsible", read_only=True), OptionalPanel("due_on", read_only=True)]),
        FieldRowPanel([FieldPanel("manner", read_only=True), OptionalPanel("majority", read_only=True)]),
        FieldRowPanel([OptionalPanel(name, read_only=True) for name in COUNTS]),
        HookedPanels(hook=ROW_PANELS_HOOK),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("decision of a session")
        verbose_name_plural = _("decisions of sessions")

    def __str__(self) -> str:
        return self.text

    def is_late(self, today: date) -> bool:
        return self.is_followed and super().is_late(today)


class SessionAction(FollowedRow, ActionWords, Orderable):
    """Action after a session, written by the approval of the minutes."""

    session = ParentalKey("committee.SessionPage", on_delete=models.CASCADE, related_name="actions")
    member = models.ForeignKey(
        Member, verbose_name=_("member"), null=True, blank=True, on_delete=models.SET_NULL, related_name="actions"
    )
    topic = models.ForeignKey(
        TopicPage, verbose_name=_("topic"), null=True, blank=True, on_delete=models.SET_NULL, related_name="actions"
    )

    class Meta(Orderable.Meta):
        verbose_name = _("action of a session")
        verbose_name_plural = _("actions of sessions")

    def __str__(self) -> str:
        return self.text


class SessionDocument(Orderable):
    """File of a session: a presentation, a poster, an attendance sheet."""

    session = ParentalKey("committee.SessionPage", on_delete=models.CASCADE, related_name="documents")
    document = models.ForeignKey(
        "cms.CustomDocument", verbose_name=_("document"), on_delete=models.CASCADE, related_name="+"
    )
    accessible_version = models.ForeignKey(
        "cms.CustomDocument",
        verbose_name=_("accessible version"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The same content that a screen reader reads well, when the first file does not."),
    )

    panels = [FieldPanel("document"), FieldPanel("accessible_version")]

    class Meta(Orderable.Meta):
        verbose_name = _("document of a session")
        verbose_name_plural = _("documents of a session")

    def __str__(self) -> str:
        return str(self.document)
