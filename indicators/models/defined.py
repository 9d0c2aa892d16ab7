"""Indicators of the committee: question, method, target, and the sessions that adopted them."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.search import index
from wagtail.search.queryset import SearchableQuerySetMixin

from committee.models import SessionPage, TopicPage
from common.slugs import free_slug
from common.sources import HAS_ADDRESS, SourceURLField
from common.suppression import MIN_COUNT
from common.templatetags.dates import short_day
from common.urls import absolute_url
from indicators.hooks import Period


class Terms(models.Model):
    """Terms of an indicator that a session adopts, immutable from then on: a change is a new `Adoption`."""

    class Better(models.TextChoices):
        UP = "up", _("the higher, the better")
        DOWN = "down", _("the lower, the better")

    class Frequency(models.IntegerChoices):
        """Length of a period in months."""

        MONTH = 1, _("every month")
        QUARTER = 3, _("every quarter")
        HALF_YEAR = 6, _("every half-year")
        YEAR = 12, _("every year")

    question = models.CharField(
        _("question"), max_length=200, help_text=_("What readers want to know. Example: Does the city answer in time?")
    )
    unit = models.CharField(_("unit"), max_length=30, blank=True, help_text=_("As it stands after a number: %, days…"))
    better = models.CharField(_("which way is better"), max_length=4, choices=Better, default=Better.UP)
    frequency = models.PositiveSmallIntegerField(_("how often"), choices=Frequency, default=Frequency.YEAR)
    baseline = models.DecimalField(
        _("value at the start"),
        max_digits=12,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    baseline_on = models.DateField(_("day of the value at the start"), null=True, blank=True)
    target = models.DecimalField(
        _("target"), max_digits=12, decimal_places=1, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    target_on = models.DateField(_("day of the target"), null=True, blank=True)
    method = models.TextField(
        _("method"), max_length=1_200, blank=True, help_text=_("How it is counted, and what is left out.")
    )
    source_name = models.CharField(_("who counts"), max_length=120, blank=True)
    source_url = SourceURLField(
        _("source address"),
        max_length=500,
        blank=True,
        help_text=_("Where the values are read. Without it the committee cannot adopt the indicator."),
    )

    FROZEN: ClassVar = (
        *("question", "unit", "better", "frequency", "baseline", "baseline_on", "target", "target_on"),
        *("method", "source_name", "source_url"),
    )

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(target=None, target_on=None)
                | Q(target__isnull=False, target__gte=0, target_on__isnull=False),
                name="%(app_label)s_%(class)s_target_has_day",
                violation_error_message=_("Write a target and its day, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(baseline=None, baseline_on=None)
                | Q(baseline__isnull=False, baseline__gte=0, baseline_on__isnull=False),
                name="%(app_label)s_%(class)s_baseline_has_day",
                violation_error_message=_("Write a value at the start and its day, or neither."),
            ),
        ]

    @property
    def terms(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.FROZEN}

    def check_target_day(self) -> None:
        """Raises `ValidationError` unless the day of the target is after that of the baseline."""
        if self.target_on and self.baseline_on and self.target_on <= self.baseline_on:
            raise ValidationError({"target_on": _("Choose a day after that of the value at the start.")})


class IndicatorQuerySet(SearchableQuerySetMixin, models.QuerySet):
    """Indicators by state. All are public: a proposed one shows what it lacks."""

    def proposed(self) -> Self:
        return self.filter(state=Indicator.State.PROPOSED)

    def adopted(self) -> Self:
        return self.filter(state=Indicator.State.ADOPTED)

    def measured_by_the_site(self) -> Self:
        return self.adopted().exclude(measure="")


class Indicator(index.Indexed, Terms):
    """Indicator of the committee. Adoption requires a session that was held and a source URL."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        ADOPTED = "adopted", _("Adopted")
        LEFT = "left", _("Left")

        @property
        def badge_kind(self) -> str:
            return {"proposed": "waiting", "adopted": "yes", "left": "no"}[self.value]

    title = models.CharField(_("title"), max_length=120, unique=True)
    slug = models.SlugField(_("end of the address"), max_length=80, unique=True, editable=False)
    definition = models.TextField(
        _("definition"), max_length=1_200, blank=True, help_text=_("What is counted, in words that everyone knows.")
    )
    grain = models.CharField(
        _("grain"), max_length=80, blank=True, help_text=_("For which places. Example: the city, each commune.")
    )
    topic = models.ForeignKey(
        TopicPage, verbose_name=_("topic"), null=True, blank=True, on_delete=models.SET_NULL, related_name="indicators"
    )
    # Key of a measure of the annual report, which the site computes at the end of each period.
    measure = models.CharField(
        _("measured by the site"),
        max_length=40,
        blank=True,
        help_text=_("The site measures it at the end of each period. Empty: somebody adds the values."),
    )
    smallest_base = models.PositiveIntegerField(
        _("smallest base"),
        default=MIN_COUNT,
        validators=[MinValueValidator(MIN_COUNT)],
        help_text=_("A value counted among fewer than that is not kept: it could tell of a person."),
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PROPOSED, editable=False)
    session = models.ForeignKey(
        SessionPage,
        verbose_name=_("session that adopted it"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    adopted_at = models.DateTimeField(_("adopted at"), null=True, editable=False)
    left_at = models.DateTimeField(_("left at"), null=True, editable=False)
    left_reason = models.CharField(_("why it was left"), max_length=300, blank=True, editable=False)

    search_fields = [
        index.SearchField("title", boost=2),
        index.SearchField("question"),
        index.SearchField("definition"),
        index.SearchField("method"),
        index.SearchField("word_for_it"),
    ]

    # Makes a search for the kind together with a name find it.
    word_for_it = "indicateur"

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["title"]
        constraints = [
            *Terms.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state="adopted")
                | Q(HAS_ADDRESS, session__isnull=False, adopted_at__isnull=False, left_at=None),
                name="indicators_adopted_has_session_and_source",
            ),
            models.CheckConstraint(
                condition=Q(state="left", left_at__isnull=False) & ~Q(left_reason="")
                | ~Q(state="left") & Q(left_at=None, left_reason=""),
                name="indicators_left_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Sets the slug of a new indicator, with a numeric suffix if it is taken."""
        if not self.slug:
            self.slug = free_slug(self.title, Indicator.objects.all(), default="indicateur")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("indicators:indicator", args=[self.slug])

    def clean(self) -> None:
        """Sets the source of an indicator measured by the site. Refuses changes to terms adopted by a session."""
        super().clean()
        if self.state == self.State.PROPOSED:
            self.check_target_day()
        if self.measure and not self.source_url:
            self.source_url, self.source_name = absolute_url(reverse("home:open_data")), str(_("This site"))
        saved = Indicator.objects.filter(pk=self.pk).exclude(state=self.State.PROPOSED).first() if self.pk else None
        if saved and saved.terms != self.terms:
            changed = {name for name in self.FROZEN if getattr(saved, name) != getattr(self, name)}
            raise ValidationError(dict.fromkeys(changed, _("A session adopted this: adopt the change in another one.")))

    def first_period(self) -> Period | None:
        """Returns the first period that may have a value: that of the baseline or of the first adoption.

        None before the adoption.
        """
        if self.adopted_at is None:
            return None
        session = self.adoptions.order_by("session__starts_at").values_list("session__starts_at", flat=True).first()  # type: ignore[attr-defined]
        days = [timezone.localdate(self.adopted_at), self.baseline_on, session and timezone.localdate(session)]
        return Period.around(min(day for day in days if day), self.frequency)

    @property
    def is_adopted(self) -> bool:
        return self.state == self.State.ADOPTED

    @property
    def has_figure(self) -> bool:
        """True if its latest period has a value, not one left out because of a small base. One query."""
        latest = self.measurements.current().latest_first().first()  # type: ignore[attr-defined]
        return latest is not None and latest.value is not None

    @property
    def state_label(self) -> str:
        return str(self.State(self.state).label)

    @property
    def badge_kind(self) -> str:
        return self.State(self.state).badge_kind

    @property
    def lacks(self) -> list[str]:
        """Requirements that a proposed indicator does not meet yet."""
        missing = [] if self.source_url else [str(_("the address of its source"))]
        return [*missing, str(_("a session that adopts it"))] if self.state == self.State.PROPOSED else []

    @property
    def lacks_words(self) -> str:
        """Sentence such as « Il lui manque l’adresse de sa source, une séance qui l’adopte. », or ""."""
        return gettext("It lacks %(things)s.") % {"things": ", ".join(self.lacks)} if self.lacks else ""

    @property
    def source_label(self) -> str:
        """Text of the link to the source: its name, or else its URL."""
        return self.source_name or self.source_url


class Adoption(Terms):
    """Verbatim terms of an indicator adopted by a session. Append-only, as enforced by the database."""

    indicator = models.ForeignKey(
        Indicator, verbose_name=_("indicator"), on_delete=models.PROTECT, related_name="adoptions"
    )
    session = models.ForeignKey(SessionPage, verbose_name=_("session"), on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("why it changes"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("adoption of an indicator")
        verbose_name_plural = _("adoptions of indicators")
        ordering = ["recorded_at", "pk"]
        default_permissions = ("view",)
        constraints = [
            *Terms.Meta.constraints,
            models.UniqueConstraint(
                fields=["indicator", "session"],
                name="indicators_adopted_once_in_a_session",
                violation_error_message=_("This session adopted it already: a change needs another session."),
            ),
            models.CheckConstraint(condition=HAS_ADDRESS, name="indicators_adoption_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id}: {self.session_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Validates before saving, so that every caller applies the rules."""
        self.full_clean()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuses a missing source, a session not held yet or before the latest adoption, and a target due by then."""
        super().clean()
        if not self.source_url:
            raise ValidationError({"source_url": _("Write the address of the source.")})
        if self.session_id and not was_held(self.session, self.recorded_at):
            raise ValidationError({"session": _("Choose a session that was held.")})
        self.check_target_day()
        if not self.session_id:
            return
        if self.target_on and self.target_on <= timezone.localdate(self.session.starts_at):
            raise ValidationError({"target_on": _("Choose a day after the session that adopts the target.")})
        other_adoptions = Adoption.objects.filter(indicator=self.indicator_id).exclude(pk=self.pk)
        if (
            later := other_adoptions.filter(session__starts_at__gt=self.session.starts_at)
            .order_by("session__starts_at")
            .last()
        ):
            message = _("The session of %(day)s adopted it already: choose a session that was held after that one.")
            raise ValidationError({"session": message % {"day": short_day(later.session.starts_at)}})


def was_held(session: SessionPage, now: datetime) -> bool:
    return SessionPage.objects.published().held(now).filter(pk=session.pk).exists()
