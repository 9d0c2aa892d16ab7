"""Yearly work programme: ballot over the topics, and the resulting priorities."""

from datetime import datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from committee.models.programme import TopicPage
from committee.models.session_panels import FixedRowsPanel, changes_fields
from common.errors import Refusal
from common.guards import Guard, exists
from polls.models import Choice, Poll

IS_ADOPTED = _(
    "This programme is adopted: its year, its topics and their points do not change any more. "
    "You may still change its introduction and the objectives."
)
COME_FROM_BALLOT = _("The programme is not adopted yet. Its priorities come from the ballot.")
# Pattern of the minutes' decision that adds an adoption to the register.
ADOPTION_WORDS = "adopt.*programme|programme.*adopt"
IS_KEPT = _("“%(programme)s” is adopted: it cannot be deleted. The history of the committee keeps it.")


class WorkProgrammeQuerySet(models.QuerySet):
    def adopted(self) -> Self:
        """Returns the public programmes, the latest first."""
        return self.filter(adopted_at__isnull=False).order_by("-year")

    def to_adopt(self, now: datetime) -> Self:
        """Returns the programmes whose ballot is over at `now` and that are not adopted."""
        return self.filter(adopted_at=None, poll__is_draft=False, poll__closes_at__lte=now).order_by("year")

    def missing_in_minutes(self) -> Self:
        """Returns the programmes adopted at a session whose unapproved minutes have no decision about it."""
        waiting = self.filter(adopted_in__live=True, adopted_in__minutes_published_at=None)
        missing = waiting.exclude(adopted_in__minutes_record__decisions__text__iregex=ADOPTION_WORDS)
        return missing.select_related("adopted_in").order_by("year")


class WorkProgrammeForm(WagtailAdminModelForm):
    """Form of a programme. Topics and their order come from the ballot, not from this form."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if changes_fields(self.formsets["priorities"], ["topic"]):
            self.add_error(None, IS_ADOPTED if self.instance.adopted_at else COME_FROM_BALLOT)
        return cleaned


class WorkProgramme(ClusterableModel):
    """Work programme of one year, chosen by a ballot among the seats of the committee.

    It is prepared, put to the vote (`poll`), then adopted (`adopted_at`): only then does it have priorities and
    become public. `committee.programme.services` does these steps. After the adoption, only its introduction and the
    objectives change: the database refuses the rest, and forms and deletions explain why.
    """

    year = models.PositiveSmallIntegerField(
        _("year"), unique=True, validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    introduction = models.TextField(
        _("introduction"),
        max_length=600,
        blank=True,
        help_text=_("What the committee wants this year, in a few words."),
    )
    poll = models.OneToOneField(
        Poll,
        verbose_name=_("ballot"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="work_programme",
    )
    adopted_at = models.DateTimeField(_("adopted at"), null=True, blank=True, editable=False)
    # Empty for programmes adopted before the session was recorded.
    adopted_in = models.ForeignKey(
        "committee.SessionPage",
        verbose_name=_("adopted at the session"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    panels = [
        FieldPanel("year"),
        FieldPanel("introduction"),
        FixedRowsPanel(
            "priorities",
            heading=_("Priorities and their objectives"),
            label=_("Priority"),
            help_text=_("The ballot chooses the topics. Once the programme is adopted, write the objective of each."),
        ),
    ]
    base_form_class = WorkProgrammeForm

    objects = WorkProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("work programme of a year")
        verbose_name_plural = _("work programmes by year")
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(_("Work programme %(year)d") % {"year": self.year})

    def get_absolute_url(self) -> str:
        return reverse("committee:work_programme", args=[self.year])

    def clean(self) -> None:
        """Refuses to change the year of an adopted programme."""
        super().clean()
        if self.adopted_at and WorkProgramme.objects.filter(pk=self.pk).exclude(year=self.year).exists():
            raise ValidationError({"year": IS_ADOPTED})


def keep_adopted(sender: type[WorkProgramme], instance: WorkProgramme, **kwargs: Any) -> None:
    """Receiver of `pre_delete`: raises `Refusal` for an adopted programme."""
    if WorkProgramme.objects.adopted().filter(pk=instance.pk).exists():
        raise Refusal(IS_KEPT % {"programme": instance})


class BallotTopic(models.Model):
    """Topic of a choice in the ballot. The text of the choice does not follow the title of the topic."""

    programme = models.ForeignKey(WorkProgramme, on_delete=models.CASCADE, related_name="ballot_topics")
    choice = models.OneToOneField(Choice, on_delete=models.CASCADE, related_name="ballot_topic")
    topic = models.ForeignKey(TopicPage, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("topic of a ballot")
        verbose_name_plural = _("topics of ballots")
        constraints = [
            models.UniqueConstraint(fields=["programme", "topic"], name="committee_ballot_topic_stands_once")
        ]

    def __str__(self) -> str:
        return f"{self.choice_id}: {self.topic_id}"


class PriorityQuerySet(models.QuerySet):
    def adopted(self) -> Self:
        """Returns the priorities of public programmes, the latest year first, each with its programme."""
        return self.filter(programme__adopted_at__isnull=False).select_related("programme").order_by("-programme__year")

    def with_public_topics(self) -> Self:
        """Returns the priorities with a public topic, each with its topic and progress."""
        topics = TopicPage.objects.published().with_progress()
        return self.filter(topic__in=TopicPage.objects.published()).prefetch_related(models.Prefetch("topic", topics))


class Priority(Orderable):
    """Topic chosen for the year, with its objective."""

    programme = ParentalKey(WorkProgramme, on_delete=models.CASCADE, related_name="priorities")
    topic = models.ForeignKey(TopicPage, verbose_name=_("topic"), on_delete=models.PROTECT, related_name="priorities")
    objective = models.TextField(
        _("objective"),
        max_length=300,
        blank=True,
        help_text=_("What will be different at the end of the year. Example: Ten procedures say how long they take."),
    )
    # Result of the ballot; empty if the committee added the topic otherwise.
    score = models.PositiveIntegerField(_("points in the ballot"), null=True, blank=True, editable=False)

    panels = [FieldPanel("topic", read_only=True), FieldPanel("objective")]

    objects = PriorityQuerySet.as_manager()

    class Meta(Orderable.Meta):
        verbose_name = _("priority")
        verbose_name_plural = _("priorities")
        constraints = [
            models.UniqueConstraint(fields=["programme", "topic"], name="committee_priority_names_a_topic_once")
        ]

    def __str__(self) -> str:
        return str(self.topic)

    def clean(self) -> None:
        """Refuses priorities of a programme that is not adopted: they come from the ballot."""
        super().clean()
        programme = getattr(self, "programme", None)
        if programme and programme.adopted_at is None:
            raise ValidationError(COME_FROM_BALLOT)


ADOPTED = Guard("committee_register_switch", "An adopted work programme is neither changed nor deleted.")
OF_ADOPTED = exists("committee_workprogramme p", "p.id = ROW.programme_id AND p.adopted_at IS NOT NULL")
ADOPTED.append_only(WorkProgramme, once="ROW.adopted_at IS NOT NULL", mutable_fields=["introduction"])
# Wagtail writes the order of the rows at each save.
ADOPTED.closed(Priority, once=OF_ADOPTED, mutable_fields=["objective", "sort_order"])
ADOPTED.closed(BallotTopic, once=OF_ADOPTED)
