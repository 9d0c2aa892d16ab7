"""Field surveys: the page, the outings on which people are met, the numbered sheets on which they answer.

The answers are those of a secret poll among people met (`polls`): they are counted and not linked to a sheet. Of a
sheet only the fact of its entry and its origin are stored, never the time, the agent or the answers.
"""

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.models import PageManager, PageQuerySet
from wagtail.search import index

from cms.hooks import CardSubject
from cms.models import BasePage, IndexPage
from cms.models.visibility import published_pages
from committee.models import Pictogram, TopicPage, card_of_topic, family_of
from common.choosers import FilteredChooser
from polls.models import Poll


class SurveyIndexPage(IndexPage):
    """List of field surveys, at `/enquetes/`."""

    parent_page_types: ClassVar = ["home.HomePage"]
    subpage_types: ClassVar = ["fieldwork.SurveyPage"]
    max_count = 1
    template = "fieldwork/survey_index_page.html"

    class Meta:
        verbose_name = _("list of field surveys")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        current = SurveyPage.objects.current(now).select_related("poll")
        over = self.paginate(request, SurveyPage.objects.over(now).select_related("poll"))
        return super().get_context(request, *args, **kwargs) | {"current": current, "surveys": over}


class SurveyQuerySet(PageQuerySet):
    def published(self) -> Self:
        """Returns the public surveys, latest to end first."""
        return published_pages(self).order_by("-poll__closes_at", "-pk")

    def open(self, now: datetime) -> Self:
        """Returns the surveys open for online answers at `now`, first to end first."""
        begun = self.published().filter(poll__is_draft=False, poll__opens_at__lte=now, poll__closes_at__gt=now)
        return begun.order_by("poll__closes_at", "pk")

    def over(self, now: datetime) -> Self:
        """Returns the surveys with public results at `now`, latest to end first."""
        return self.published().filter(poll__is_draft=False, poll__closes_at__lte=now)

    def current(self, now: datetime) -> Self:
        """Returns the surveys under way or in preparation, first to end first."""
        is_over = Q(poll__is_draft=False, poll__closes_at__lte=now)
        return self.published().exclude(is_over).order_by("poll__closes_at", "pk")


class SurveyPollChooser(FilteredChooser):
    """Form field that chooses the poll of a survey, among polls for people met."""

    model = Poll
    icon = "list-ul"
    choose_one_text = _("Choose a poll")
    choose_another_text = _("Choose another poll")
    chooser_modal_url_name = "survey_polls:choose"


class SurveyPage(BasePage):
    """Field survey: a poll answered on numbered sheets, with its purpose, method and limits."""

    poll = models.OneToOneField(
        Poll,
        verbose_name=_("poll"),
        on_delete=models.PROTECT,
        related_name="survey",
        limit_choices_to={"audience": Poll.Audience.PEOPLE_MET},
        help_text=_("Its questions and its dates. Make it first, under “Polls”, for people met in a field survey."),
    )
    topic = models.ForeignKey(
        TopicPage, verbose_name=_("topic"), null=True, blank=True, on_delete=models.SET_NULL, related_name="surveys"
    )
    purpose = models.TextField(
        _("purpose"), max_length=1_200, help_text=_("What the committee wants to know, and what it will do with it.")
    )
    method = models.TextField(
        _("method"), max_length=2_000, help_text=_("Where and when people are asked, how they are chosen, by whom.")
    )
    limits = models.TextField(
        _("limits"), max_length=1_200, help_text=_("Who was not met, and what the results cannot say.")
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("poll", widget=SurveyPollChooser),
        FieldPanel("topic"),
        FieldPanel("purpose"),
        FieldPanel("method"),
        FieldPanel("limits"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("purpose"),
        index.SearchField("method"),
        index.SearchField("limits"),
    ]
    # Each survey has its poll.
    can_be_copied = False
    parent_page_types: ClassVar = ["fieldwork.SurveyIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "fieldwork/survey_page.html"
    goes_stale = False

    objects = PageManager.from_queryset(SurveyQuerySet)()

    class Meta:
        verbose_name = _("field survey")
        verbose_name_plural = _("field surveys")

    @property
    def card_subject(self) -> CardSubject:
        return card_of_topic(self.title, self.topic_id)

    @property
    def pictogram(self) -> str:
        return Pictogram.SURVEY.value

    @property
    def family(self) -> str:
        """Colour family of the pictogram."""
        return family_of(self.pictogram)


class OutingQuerySet(models.QuerySet):
    def of_published(self) -> Self:
        """Returns the outings of public surveys."""
        return self.filter(survey__in=SurveyPage.objects.published().order_by().values("pk"))

    def coming(self, now: datetime) -> Self:
        """Returns the outings not over at `now`, next one first."""
        return self.filter(ends_at__gt=now).order_by("starts_at", "pk")


class Outing(models.Model):
    """Outing of a survey: time and place, number of people asked, number of refusals."""

    survey = models.ForeignKey(
        SurveyPage, verbose_name=_("field survey"), on_delete=models.PROTECT, related_name="outings"
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    place = models.CharField(_("place"), max_length=120, help_text=_("Where people are met. Example: Station market."))
    meeting_point = models.CharField(
        _("meeting point"),
        max_length=200,
        blank=True,
        help_text=_("Where those who go find one another. The members of the committee alone read it."),
    )
    volunteers_wanted = models.PositiveSmallIntegerField(
        _("members wanted"), null=True, blank=True, help_text=_("How many should go. More may come.")
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True, db_default=Now())
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)
    cancelled_because = models.CharField(
        _("why it is cancelled"), max_length=200, blank=True, default="", db_default="", editable=False
    )
    people_asked = models.PositiveIntegerField(_("people asked"), null=True, blank=True)
    refusals = models.PositiveIntegerField(_("refusals"), null=True, blank=True)
    is_closed = models.BooleanField(
        pgettext_lazy("outing", "closed"),
        default=False,
        help_text=_("The numbers are counted. They can be corrected until the survey ends."),
    )

    objects = OutingQuerySet.as_manager()

    class Meta:
        verbose_name = _("outing")
        verbose_name_plural = _("outings")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="fieldwork_outing_ends_after_start",
                violation_error_message=_("Write an end that comes after the start."),
            ),
            models.CheckConstraint(
                condition=Q(people_asked=None) | Q(refusals=None) | Q(refusals__lte=F("people_asked")),
                name="fieldwork_outing_refusals_among_asked",
                violation_error_message=_("No more people can refuse than were asked."),
            ),
            models.CheckConstraint(
                condition=Q(is_closed=False) | Q(people_asked__isnull=False, refusals__isnull=False),
                name="fieldwork_closed_outing_is_counted",
                violation_error_message=_("Write how many people were asked and how many refused: 0 if nobody."),
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_because="")
                | Q(cancelled_at__isnull=False) & ~Q(cancelled_because=""),
                name="fieldwork_cancelled_outing_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}, {self.day:%d/%m/%Y}"

    @property
    def day(self) -> date:
        return timezone.localdate(self.starts_at)

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    def clean(self) -> None:
        """Refuses any change once the survey is over, since its published results include these numbers.

        An outing does not leave such a survey for another one either, nor the survey of its sheets.
        """
        super().clean()
        surveys = [self.survey] if self.survey_id else []
        if self.pk:
            surveys += SurveyPage.objects.filter(outings=self.pk).select_related("poll")
        now = timezone.now()
        if any(survey.poll.is_over(now) for survey in surveys):
            raise ValidationError(_("The survey is over: its outings cannot change any more."))
        if self.pk and self.survey_id and self.sheets.exclude(survey=self.survey_id).exists():
            raise ValidationError(
                _("The sheets of this outing belong to another survey. Choose that survey, or plan another outing.")
            )


class Sheet(models.Model):
    """Numbered sheet of a survey. Its code is not stored but derived from the number (`fieldwork.surveys`).

    Its entry is recorded in the single row of the survey's `SheetRegister`, so that the storage order of rows does not
    reveal the order in which sheets came.
    """

    survey = models.ForeignKey(
        SurveyPage, verbose_name=_("field survey"), on_delete=models.PROTECT, related_name="sheets"
    )
    number = models.PositiveIntegerField(_("number"))
    outing = models.ForeignKey(
        Outing, verbose_name=_("outing"), null=True, blank=True, on_delete=models.PROTECT, related_name="sheets"
    )
    is_void = models.BooleanField(_("void"), default=False, help_text=_("Lost or spoilt: it cannot be entered."))

    class Meta:
        verbose_name = _("sheet")
        verbose_name_plural = _("sheets")
        ordering = ["survey", "number"]
        default_permissions = ("add", "change", "view")
        permissions = [("enter_sheet", _("Can enter the sheets of field surveys"))]
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="fieldwork_sheet_number_once_in_survey"),
            models.CheckConstraint(condition=Q(number__gt=0), name="fieldwork_sheet_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"n° {self.number}"


class SheetRegister(models.Model):
    """Entered sheets of a survey with their origins: `{number: origin}`, sorted by number.

    One row per survey, whatever the number of sheets: a flag on each sheet would reveal, by the position of its row in
    a dump, which one was entered last. Entering a sheet locks this row, so that each number is entered once.
    """

    survey = models.OneToOneField(SurveyPage, on_delete=models.PROTECT, related_name="register")
    entered = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("register of sheets")
        verbose_name_plural = _("registers of sheets")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.survey_id)

    def has(self, number: int) -> bool:
        return str(number) in self.entered

    def add(self, number: int, origin: str) -> None:
        """Records the entry of the sheet `number`. The caller must hold the lock of this row."""
        entries: Any = {**self.entered, str(number): str(origin)}
        self.entered = dict(sorted(entries.items(), key=lambda pair: int(pair[0])))
        self.save(update_fields=["entered"])
