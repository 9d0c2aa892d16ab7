"""Topics of the work programme, with their steps and deliverables."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable, PageManager, PageQuerySet
from wagtail.search import index

from cms.blocks import BodyBlock
from cms.fields import BodyField
from cms.hooks import CardSubject, HookedPanels
from cms.models import BasePage, CustomDocument
from cms.models.visibility import published_pages
from committee.hooks import ROW_PANELS_HOOK, RelatedItem, related_to_rows
from committee.models.members import Member
from committee.models.pictograms import Pictogram, family_of
from committee.models.websites import WithWebsite
from common.templatetags.dates import short_day


class TopicQuerySet(PageQuerySet):
    def published(self) -> Self:
        """Returns the public topics, by number."""
        return published_pages(self).order_by("number")

    def with_progress(self) -> Self:
        """Adds `step_count`, `step_done_count` and `next_on` (the next date), and joins the pilot."""
        steps = TopicStep.objects.filter(topic=models.OuterRef("pk")).order_by().values("topic")
        return (
            self.defer("body")
            .select_related("pilot")
            .annotate(
                step_count=Coalesce(models.Subquery(steps.annotate(number=models.Count("pk")).values("number")), 0),
                step_done_count=Coalesce(
                    models.Subquery(steps.filter(is_done=True).annotate(number=models.Count("pk")).values("number")), 0
                ),
                next_on=models.Subquery(steps.filter(is_done=False).annotate(first=models.Min("day")).values("first")),
            )
        )


class TopicPage(BasePage, WithWebsite):
    """Topic of the work programme; the seed has ten. Proposals, sessions and veille entries link to it."""

    class Progress(models.TextChoices):
        UPCOMING = "a-venir", _("Upcoming")
        ONGOING = "en-cours", _("Ongoing")
        DONE = "termine", _("Done")

        @property
        def heading(self) -> str:
            """Plural heading: « Terminés » for several topics, where one topic is « Terminé »."""
            return str(TOPICS_BY_PROGRESS[self])

        @property
        def badge_kind(self) -> str:
            """Kind of badge for the progress."""
            return {"en-cours": "ongoing", "termine": "yes"}.get(self.value, "waiting")

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    question = models.CharField(_("question"), max_length=200, help_text=_("The question that the committee works on."))
    pictogram = models.CharField(
        _("pictogram"),
        max_length=12,
        choices=Pictogram,
        blank=True,
        default="",
        db_default="",
        help_text=_("Readers see it beside the name of the topic. It also gives the topic its colour."),
    )
    progress = models.CharField(_("progress"), max_length=10, choices=Progress, default=Progress.UPCOMING)
    pilot = models.ForeignKey(
        Member,
        verbose_name=_("who leads it"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="topics",
        help_text=_("The member who follows this topic."),
    )
    body = BodyField(BodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("number"), FieldPanel("progress")]),
        FieldPanel("question"),
        FieldPanel("pictogram"),
        FieldPanel("website"),
        FieldPanel("pilot"),
        InlinePanel("steps", heading=_("Steps"), label=_("Step")),
        InlinePanel("deliverables", heading=_("Deliverables"), label=_("Deliverable")),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("question"),
        index.SearchField("body"),
        index.FilterField("number"),
        index.RelatedFields("deliverables", [index.SearchField("title")]),
    ]
    # Each topic has its number.
    can_be_copied = False
    parent_page_types = ["committee.ProgrammePage"]
    subpage_types: list[str] = []
    template = "committee/topic_page.html"

    objects = PageManager.from_queryset(TopicQuerySet)()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    @property
    def progress_label(self) -> str:
        """Progress in words. `get_progress_display` would build a dictionary of all choices for each tile."""
        return str(self.Progress(self.progress).label)

    @property
    def card_subject(self) -> CardSubject:
        return CardSubject(self.title, family=self.family, pictogram=self.pictogram)

    @property
    def family(self) -> str:
        """Colour family of the topic; empty for the colours of the house."""
        return family_of(self.pictogram)

    def advice(self) -> Iterator[str]:
        """Yields warnings: unfinished steps in the past, and a yearly priority without any step in that year."""
        today = timezone.localdate()
        steps = [(step, step.day) for step in self.steps.all() if step.day]
        for step, day in steps:
            if day < today and not step.is_done:
                yield gettext("The step “%(step)s” was planned for %(day)s. Is it done? If not, change its date.") % {
                    "step": step.title,
                    "day": short_day(day),
                }
        priority = self.priorities.adopted().first()  # type: ignore[attr-defined]
        year = priority.programme.year if priority else 0
        if steps and year >= today.year and min(day.year for _step, day in steps) > year:
            yield gettext(
                "This topic is a priority of %(year)d, but its first step comes later. Add one of that year."
            ) % {"year": year}

    def delivered(
        self, request: HttpRequest, today: date
    ) -> list[tuple["Deliverable", CustomDocument | None, list[RelatedItem], bool]]:
        """Returns the deliverables in order, each with its public document, its related items, and whether it is
        late.

        Works in a preview, with unsaved rows.
        """
        rows = list(self.deliverables.all())
        document_pks = [row.document_id for row in rows if row.document_id]
        files = CustomDocument.objects.published().in_bulk(document_pks) if document_pks else {}
        related = related_to_rows(rows, request)
        return [
            (row, files.get(row.document_id), items, row.is_late(today))
            for row, items in zip(rows, related, strict=True)
        ]

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict[str, Any]:
        """Adds the priority, steps, how many are done, deliverables, the next topics."""
        steps = list(self.steps.all())
        return {
            **super().get_context(request, *args, **kwargs),
            "progress": self.Progress(self.progress),
            # A new topic in a preview has no relations yet.
            "priority": self.priorities.adopted().first() if self.pk else None,  # type: ignore[attr-defined]
            "steps": steps,
            "step_done_count": sum(step.is_done for step in steps),
            "deliverables": self.delivered(request, timezone.localdate()),
            "neighbours": TopicPage.objects.published()
            .filter(number__in=(self.number - 1, self.number + 1))
            .defer("body"),
        }


TOPICS_BY_PROGRESS = {
    TopicPage.Progress.UPCOMING: pgettext_lazy("topics", "Upcoming"),
    TopicPage.Progress.ONGOING: pgettext_lazy("topics", "Ongoing"),
    TopicPage.Progress.DONE: pgettext_lazy("topics", "Done"),
}


def public_topics(relation: str = "topic") -> models.Prefetch:
    """Returns the prefetch of a `relation` to topics, which is None if the page of the topic is not public."""
    return models.Prefetch(relation, TopicPage.objects.published().defer("body"))


def topic_label(topic: TopicPage | None) -> str:
    """Returns the title of a topic loaded by `public_topics`: None stands for one that is not public."""
    return topic.title if topic else gettext("a subject that is no longer published")


class TopicStep(Orderable):
    """Step of the work on a topic, done or planned."""

    topic = ParentalKey(TopicPage, on_delete=models.CASCADE, related_name="steps")
    title = models.CharField(
        _("step"), max_length=160, help_text=_("Example: Read ten pages with five people who live here.")
    )
    is_done = models.BooleanField(_("done"), default=False)
    day = models.DateField(_("date"), null=True, blank=True, help_text=_("When it was done, or when it is planned."))

    panels = [FieldPanel("title"), FieldRowPanel([FieldPanel("is_done"), FieldPanel("day")])]

    class Meta(Orderable.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self) -> str:
        return self.title


NO_GROUP = _("This session has no workshop group. Write the group on the page of the session first.")


class DeliverableQuerySet(models.QuerySet):
    def late(self, today: date) -> Self:
        """Returns the overdue deliverables of published topics, the oldest first."""
        return (
            self.filter(topic__in=TopicPage.objects.published(), due_on__lt=today)
            .exclude(state=Deliverable.State.DONE)
            .select_related("topic")
            .order_by("due_on", "pk")
        )

    def of_year(self, year: int) -> Self:
        """Returns the deliverables of `year`: due in it or, without a due date, delivered in it."""
        return self.filter(Q(due_on__year=year) | Q(due_on=None, done_on__year=year))


class Deliverable(Orderable, ClusterableModel):
    """Result of the work on a topic: a guide, a change of a website, a published figure."""

    class State(models.TextChoices):
        PLANNED = "a-faire", pgettext_lazy("deliverable", "To do")
        ONGOING = "en-cours", pgettext_lazy("deliverable", "Under way")
        DONE = "livre", pgettext_lazy("deliverable", "Delivered")

    BADGES = {State.PLANNED: "waiting", State.ONGOING: "ongoing", State.DONE: "yes"}

    topic = ParentalKey(TopicPage, on_delete=models.CASCADE, related_name="deliverables")
    title = models.CharField(
        _("deliverable"), max_length=160, help_text=_("Example: The duration is written on each procedure.")
    )
    owner = models.CharField(
        _("who makes it"), max_length=120, blank=True, help_text=_("A member, or a service of the city.")
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PLANNED)
    due_on = models.DateField(_("expected on"), null=True, blank=True)
    done_on = models.DateField(_("delivered on"), null=True, blank=True)
    document = models.ForeignKey(
        "cms.CustomDocument",
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The file that shows the result, if there is one."),
    )
    workshop_session = models.ForeignKey(
        "committee.SessionPage",
        verbose_name=_("session of the workshop"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="workshop_deliverables",
        help_text=_("If a workshop group of a session began it. Each page then leads to the other."),
    )

    panels = [
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("owner"), FieldPanel("state")]),
        FieldRowPanel(
            [FieldPanel("due_on", help_text=_("The work programme of its year counts it.")), FieldPanel("done_on")]
        ),
        FieldPanel("document"),
        FieldPanel("workshop_session"),
        HookedPanels(hook=ROW_PANELS_HOOK),
    ]

    objects = DeliverableQuerySet.as_manager()

    class Meta(Orderable.Meta):
        verbose_name = _("deliverable")
        verbose_name_plural = _("deliverables")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="livre", done_on__isnull=False) | (~Q(state="livre") & Q(done_on__isnull=True)),
                name="committee_deliverable_done_has_a_date",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuses a delivered row without a date, a date in another state, and a session without a workshop group."""
        super().clean()
        if self.workshop_session and not self.workshop_session.workshop_groups.exists():
            raise ValidationError({"workshop_session": NO_GROUP})
        if self.is_done and not self.done_on:
            raise ValidationError({"done_on": _("Write on which day it was delivered.")})
        if self.done_on and not self.is_done:
            raise ValidationError({"state": _("It has a date of delivery: choose “Delivered”, or remove the date.")})

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE

    @property
    def badge_kind(self) -> str:
        """Kind of badge for the state."""
        return self.BADGES[self.State(self.state)]

    def is_late(self, today: date) -> bool:
        """Returns whether it is overdue and not delivered."""
        return not self.is_done and self.due_on is not None and self.due_on < today


def card_of_topic(title: str, topic_id: int | None) -> CardSubject:
    """Returns the link card of something that belongs to a topic; names the topic if its page is public."""
    topic = TopicPage.objects.published().filter(pk=topic_id).first() if topic_id else None
    if topic is None:
        return CardSubject(title)
    return CardSubject(title, topic.title, topic.family, topic.pictogram)
