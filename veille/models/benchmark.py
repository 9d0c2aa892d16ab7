"""Comparison of metropolises: criteria, and observations with their source, reviewed by a second user."""

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from wagtail.search import index
from wagtail.search.queryset import SearchableQuerySetMixin

from common.errors import Refusal
from common.guards import Guard, exists
from common.shown import fingerprint
from common.sources import Sourced, is_web_address

MAX_TEXT = 200
# A source must be checked again after this time.
FRESH_FOR = timedelta(days=365)


class City(models.Model):
    """A metropolis, with its population in one year. Exactly one has `is_ours`: the others are compared with it."""

    siren = models.CharField(
        _("SIREN number"),
        max_length=9,
        unique=True,
        validators=[RegexValidator(r"^\d{9}\Z", _("Write the nine figures of the SIREN."))],
        help_text=_("The nine figures that name this body in all public files. Example: 246700488"),
    )
    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    population = models.PositiveIntegerField(_("population"))
    population_year = models.PositiveSmallIntegerField(
        _("year of the population"), validators=[MinValueValidator(1990), MaxValueValidator(2100)]
    )
    population_source = models.URLField(
        _("address of the source of the population"), max_length=500, validators=[is_web_address]
    )
    order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("The smallest number comes first. The same number: by name.")
    )
    is_ours = models.BooleanField(_("it is ours"), default=False)

    class Meta:
        verbose_name = _("metropolis")
        verbose_name_plural = _("metropolises")
        ordering = ["-is_ours", "order", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_ours"],
                condition=Q(is_ours=True),
                name="veille_city_one_is_ours",
                violation_error_message=_("Another metropolis is said to be ours."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class CriterionQuerySet(SearchableQuerySetMixin, models.QuerySet):
    def published(self) -> Self:
        """Returns the published criteria."""
        return self.filter(published_at__isnull=False)


class Criterion(index.Indexed, models.Model):
    """A question about each metropolis and the kind of its answers. Public once published."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("Yes, partly or no")
        NUMBER = "number", _("A number")
        TEXT = "text", _("A few words")

    question = models.CharField(
        _("question"), max_length=140, help_text=_("Example: Can one ask for a paper form in place of the site?")
    )
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    definition = models.TextField(
        _("how to answer"),
        max_length=800,
        help_text=_("What counts and what does not, so that two people find the same."),
    )
    look_for = models.CharField(
        _("what to look for"),
        max_length=160,
        blank=True,
        db_default="",
        help_text=_(
            "Readers see it where a metropolis is not known. Example: A telephone number at the top of the page."
        ),
    )
    kind = models.CharField(_("kind of answer"), max_length=10, choices=Kind, default=Kind.ANSWER)
    unit = models.CharField(
        _("unit"), max_length=20, blank=True, help_text=_("For a number. Example: %, inhabitants, communes")
    )
    topic = models.ForeignKey(
        "committee.TopicPage",
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="criteria",
    )
    is_background = models.BooleanField(
        _("it places the metropolis"),
        default=False,
        db_default=False,
        help_text=_("A figure such as the population, not a service. It stands after the questions, folded."),
    )
    order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("The smallest number comes first. The same number: by question.")
    )
    published_at = models.DateTimeField(_("published on"), null=True, editable=False, db_index=True)

    search_fields = [
        index.SearchField("question", boost=2),
        index.AutocompleteField("question"),
        index.SearchField("definition"),
        index.FilterField("published_at"),
    ]

    objects = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["is_background", "order", "question"]

    def __str__(self) -> str:
        return self.question

    def get_absolute_url(self) -> str:
        return reverse("veille:criterion", args=[self.slug])

    def clean(self) -> None:
        """Refuses a unit unless the kind is a number, and a change of kind once there are observations."""
        super().clean()
        if self.unit and self.kind != self.Kind.NUMBER:
            raise ValidationError({"unit": _("Only a number has a unit.")})
        saved = Criterion.objects.filter(pk=self.pk).first() if self.pk else None
        if saved and saved.kind != self.kind and saved.observations.exists():
            raise ValidationError({"kind": _("There are observations already: they answer in the kind of before.")})

    def parsed(self, written: str) -> "dict[str, Any]":
        """Returns `written` ("oui", "33,2", some words) as values of the fields `answer`, `number` and `text`.

        Raises `ValidationError` for a value that does not fit the kind of the criterion.
        """
        text = " ".join(written.split())
        empty = {"answer": "", "number": None, "text": ""}
        if not text:
            raise ValidationError(_("Write what was found. An empty cell is « not known », never « no »."))
        if self.kind == self.Kind.ANSWER:
            answers = {str(label).lower(): value for value, label in Observation.Answer.choices}
            if text.lower() not in answers:
                raise ValidationError(_("Answer with yes, partly or no."))
            return {**empty, "answer": answers[text.lower()]}
        if self.kind == self.Kind.NUMBER:
            return {**empty, "number": parsed_number(text)}
        if len(text) > MAX_TEXT:
            raise ValidationError(_("Write at most %(number)d signs."), params={"number": MAX_TEXT})
        return {**empty, "text": text}


def parsed_number(text: str) -> Decimal:
    """Returns a number written in French or English, with at most two decimals. Raises `ValidationError`."""
    try:
        number = Decimal(text.replace(" ", "").replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number < 10**12 or number != round(number, 2):
        raise ValidationError(_("Write a number, zero or more, with two decimals at most. Example: 33,2"))
    return round(number, 2)


class ObservationQuerySet(models.QuerySet):
    def published(self) -> Self:
        """Returns the published observations of published criteria, replaced ones included."""
        return self.filter(published_at__isnull=False, criterion__published_at__isnull=False)

    def current(self) -> Self:
        """Returns the published observation of each cell, neither replaced nor withdrawn."""
        return self.published().standing()

    def standing(self) -> Self:
        """Returns the observations that are neither replaced nor withdrawn, published or not."""
        return self.filter(replaced_by=None, withdrawal=None)

    def waiting(self) -> Self:
        """Returns the observations that await their second reader."""
        return self.filter(published_at=None)

    def last_written(self) -> Self:
        """Returns the latest observation of each cell: the unpublished one, or else the published one."""
        waits = Observation.objects.waiting().filter(
            city=models.OuterRef("city"), criterion=models.OuterRef("criterion")
        )
        return self.standing().exclude(models.Exists(waits), published_at__isnull=False)

    def old(self, today: date) -> Self:
        """Returns the published observations with a source last seen over a year ago and no pending correction."""
        return self.last_written().filter(published_at__isnull=False, source_seen_on__lt=today - FRESH_FOR)


class Observation(Sourced):
    """Observation in one metropolis for one criterion, in one of three fields by the kind of the criterion.

    It is published once a second user has reviewed it, and is immutable from then on: a correction is a new row that
    replaces it, with a reason. The database enforces these rules (`FINDINGS`).
    """

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        PARTLY = "partly", _("Partly")
        NO = "no", _("No")

    city = models.ForeignKey(City, verbose_name=_("metropolis"), on_delete=models.PROTECT, related_name="observations")
    criterion = models.ForeignKey(
        Criterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="observations"
    )
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    number = models.DecimalField(_("number"), max_digits=14, decimal_places=2, null=True, blank=True)
    text = models.CharField(_("a few words"), max_length=MAX_TEXT, blank=True)
    reason = models.CharField(
        _("reason of the correction"),
        max_length=300,
        blank=True,
        help_text=_("Only where a published observation changes. Everyone reads it."),
    )
    second_reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("second reader"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    replaced_by = models.OneToOneField(
        "self",
        verbose_name=_("replaced by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="replaces",
    )

    objects = ObservationQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        ordering = ["criterion__order", "criterion__question", "-city__is_ours", "city__order", "city__name", "pk"]
        constraints = [
            *Sourced.Meta.constraints,
            models.UniqueConstraint(
                fields=["city", "criterion"],
                condition=Q(published_at__isnull=False, replaced_by=None),
                name="veille_observation_one_current",
            ),
            models.UniqueConstraint(
                fields=["city", "criterion"],
                condition=Q(published_at=None),
                name="veille_observation_one_waiting",
                violation_error_message=_("An observation for this cell waits to be read already: change that one."),
            ),
            models.CheckConstraint(
                condition=Q(~Q(answer=""), number=None, text="")
                | Q(answer="", number__isnull=False, text="")
                | Q(~Q(text=""), answer="", number=None),
                name="veille_observation_one_value",
                violation_error_message=_("Write what was found, in one way only."),
            ),
            models.CheckConstraint(
                condition=Q(recorded_by=None) | Q(second_reader=None) | ~Q(recorded_by=F("second_reader")),
                name="veille_observation_two_people",
                violation_error_message=_("A second person reads an observation before it is published."),
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | ~Q(replaced_by=F("id")), name="veille_observation_not_by_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city} · {self.criterion}"

    @property
    def written(self) -> str:
        """Value as written in files and forms: "oui", "33,2", some words."""
        if self.answer:
            return str(self.get_answer_display()).lower()
        return self.text if self.number is None else without_zeros(self.number).replace(".", ",")

    @property
    def in_words(self) -> str:
        """Value as shown on pages: "Oui", "482 384 habitants", some words."""
        if self.answer:
            return str(self.get_answer_display())
        if self.number is None:
            return self.text
        decimals = len(without_zeros(self.number).partition(".")[2])
        formatted = number_format(self.number, decimal_pos=decimals, force_grouping=True)
        return f"{formatted} {self.criterion.unit}" if self.criterion.unit else formatted

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the content under review: observation, source, reason and recorder."""
        content = (str(self), self.in_words, self.reason, self.recorded_by_id)
        return fingerprint(*content, self.source_url, self.source_title, self.source_seen_on)

    def is_old(self, today: date) -> bool:
        """Returns whether the source was last seen over a year ago."""
        return self.source_seen_on is not None and self.source_seen_on < today - FRESH_FOR

    def same_as(self, other: "Observation") -> bool:
        """Returns whether `other` has the same value, source and day."""
        fields = ("answer", "number", "text", "source_url", "source_title", "source_seen_on")
        return all(getattr(self, name) == getattr(other, name) for name in fields)


def keep_published(sender: type[models.Model], instance: Observation, **kwargs: Any) -> None:
    """Receiver of `pre_delete` that raises `Refusal` for a published observation, before the database does."""
    if instance.published_at:
        raise Refusal(
            _("“%(observation)s” is published: it is not deleted. Record another observation, with the reason.")
            % {"observation": instance}
        )


def without_zeros(number: Decimal) -> str:
    """Returns `number` without trailing zeros: "33.2", "482384"."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


FINDINGS = Guard(
    "veille_observation_switch",
    "A published observation is neither changed nor deleted: a correction is a row of its own.",
)
FINDINGS.append_only(
    Observation,
    once="ROW.published_at IS NOT NULL",
    mutable_fields=["replaced_by"],
    nullable_fields=["recorded_by", "second_reader"],
)
# SQLite's `UPDATE OR REPLACE` deletes the row in the way.
TAKES_PLACE = exists("veille_observation o", "o.id = NEW.id AND o.published_at IS NOT NULL")
FINDINGS.refuse(
    Observation,
    "UPDATE",
    "OLD.replaced_by_id IS NOT NULL AND NEW.replaced_by_id IS DISTINCT FROM OLD.replaced_by_id"
    f" OR NEW.id <> OLD.id AND {TAKES_PLACE}",
)
HAS_ANOTHER = exists(
    "veille_observation o",
    "o.city_id = NEW.city_id AND o.criterion_id = NEW.criterion_id"
    " AND o.published_at IS NOT NULL AND o.replaced_by_id IS NULL AND o.id <> NEW.id",
)
NOT_READ = (
    "NEW.published_at IS NOT NULL AND (NEW.recorded_by_id IS NULL OR NEW.second_reader_id IS NULL"
    f" OR NEW.recorded_by_id = NEW.second_reader_id OR {HAS_ANOTHER})"
)
BY_TWO = "An observation is published by two people, one for each cell."
FINDINGS.refuse(Observation, "INSERT", NOT_READ, BY_TWO)
FINDINGS.refuse(Observation, "UPDATE", f"OLD.published_at IS NULL AND {NOT_READ}", BY_TWO)
