"""Polls, as in Django's tutorial: a poll has questions, a question has choices."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import PreviewableMixin
from wagtail.search import index
from wagtail.search.queryset import SearchableQuerySetMixin

from accounts.models import Audience

# With fewer there is no choice; more are too many to compare, and call for a list of proposals.
MIN_CHOICES, MAX_CHOICES = 2, 20
SECRET_UNTIL_END = _("Choose “To everyone, at the end only”: a secret poll shows its results at the end only.")


class PollQuerySet(SearchableQuerySetMixin, models.QuerySet):
    def published(self, now: datetime) -> Self:
        """Returns the polls that have opened, closed ones included: all that are public.

        Polls among people met are excluded: they have no page of their own; that of the survey decides what is
        published.
        """
        return self.filter(is_draft=False, opens_at__lte=now).exclude(audience=Poll.Audience.PEOPLE_MET)

    def open(self, now: datetime) -> Self:
        """Returns the polls that can be answered at `now`, the first to close first."""
        return self.published(now).filter(closes_at__gt=now).order_by("closes_at", "pk")

    def closed(self, now: datetime) -> Self:
        """Returns the closed polls, the latest first."""
        return self.published(now).filter(closes_at__lte=now).order_by("-closes_at", "-pk")

    def due(self, moment: datetime) -> Self:
        """Returns the drafts that are to open by `moment`, the first to open first."""
        return self.filter(is_draft=True, opens_at__lte=moment).order_by("opens_at", "pk")

    def open_to_agents(self, now: datetime) -> Self:
        """Returns the polls for which agents may enter answers at `now`: see `docs/polls.md`."""
        return self.open(now).for_agents()

    def for_agents(self) -> Self:
        """Returns the polls whose answers agents may enter while they are open."""
        return self.for_everyone().filter(ballot=Poll.Ballot.NOMINATIVE)

    def among_members(self) -> Self:
        """Returns the polls that only the committee may answer."""
        return self.filter(audience__in=Poll.INTERNAL)

    def for_everyone(self) -> Self:
        """Returns the polls that residents may answer."""
        return self.exclude(audience__in=Poll.INTERNAL)


class Poll(PreviewableMixin, index.Indexed, ClusterableModel):
    """Poll with an opening and an end.

    A draft, visible to its editors only, until `polls.services.opening.open_poll` opens it. All but
    its end is then fixed (`settled`).
    """

    class Audience(models.TextChoices):
        """Electorate: an audience of `accounts`, the seats, or people met, who need no account."""

        ACCOUNTS = Audience.ACCOUNTS.value, Audience.ACCOUNTS.label
        RESIDENTS = Audience.RESIDENTS.value, Audience.RESIDENTS.label
        MEMBERS = Audience.MEMBERS.value, Audience.MEMBERS.label
        SEATS = "seats", _("The seats of the committee: one answer for each seat")
        PEOPLE_MET = "people-met", _("People met in a field survey: they answer on numbered sheets")

    # Audiences of members: no answers entered by agents, no invitation to residents.
    INTERNAL = (Audience.MEMBERS, Audience.SEATS)

    class Ballot(models.TextChoices):
        """Secret or nominative: whether an answer is linked to the person."""

        SECRET = "secret", _("Secret: counted, tied to nobody, final once sent")
        NOMINATIVE = "nominative", _("Nominative: kept with the account, can be changed until the end")

    class ResultsShown(models.TextChoices):
        """Times from which results are public."""

        AFTER_ANSWER = "after-answer", _("To those who have answered, then to everyone at the end")
        AT_END = "at-end", _("To everyone, at the end only")

    # Fields fixed at the opening: people read them before they answer.
    ANNOUNCED_FIELDS = (
        *("title", "slug", "introduction", "opens_at", "audience", "ballot", "results_shown", "quorum"),
        "required_share",
    )

    title = models.CharField(
        _("title"),
        max_length=150,
        help_text=_("Ask one thing, in less than 70 characters. Example: Which day for the workshops?"),
    )
    slug = models.SlugField(_("address"), unique=True)
    introduction = models.TextField(
        _("introduction"),
        max_length=400,
        blank=True,
        help_text=_("Say what the answers will be used for, in one or two sentences."),
    )
    is_draft = models.BooleanField(_("draft"), default=True, db_default=True, editable=False)
    # Draft: planned opening, if any. Otherwise: actual opening.
    opens_at = models.DateTimeField(
        _("opens at"),
        null=True,
        blank=True,
        help_text=_("The poll opens by itself then, if nothing is missing. Empty: it waits for “Open…”."),
    )
    closes_at = models.DateTimeField(_("closes at"))
    audience = models.CharField(_("who may answer"), max_length=12, choices=Audience, default=Audience.ACCOUNTS)
    ballot = models.CharField(_("ballot"), max_length=12, choices=Ballot, default=Ballot.SECRET)
    results_shown = models.CharField(
        _("results"),
        max_length=12,
        choices=ResultsShown,
        default=ResultsShown.AT_END,
        help_text=_(
            "A secret poll shows them at the end only: a count that moves with each answer would tell who answered"
            " what."
        ),
    )
    quorum = models.PositiveSmallIntegerField(
        _("quorum, in percent"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Of those who may answer, how many must answer for the result to count. Empty: no quorum."),
    )
    required_share = models.PositiveSmallIntegerField(
        _("required share, in percent"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_(
            "Of the answers, how many a choice needs to be adopted at the end. Example: 50. A tie adopts nothing,"
            " unless people may tick several choices. Empty: nothing is adopted."
        ),
    )

    search_fields = [
        index.SearchField("title", boost=2),
        index.AutocompleteField("title"),
        index.SearchField("introduction"),
        index.RelatedFields("questions", [index.SearchField("text")]),
        index.FilterField("title"),
        index.FilterField("is_draft"),
        index.FilterField("audience"),
        index.FilterField("opens_at"),
        index.FilterField("closes_at"),
    ]

    objects = PollQuerySet.as_manager()

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")
        ordering = [models.F("opens_at").desc(nulls_first=True), "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")), name="polls_poll_closes_after_opening"
            ),
            models.CheckConstraint(
                condition=models.Q(is_draft=True) | models.Q(opens_at__isnull=False),
                name="polls_poll_opened_at_a_moment",
            ),
            # Drafts are exempt: `clean` and `services.opening.missing_in` require the change before they open.
            models.CheckConstraint(
                condition=models.Q(is_draft=True) | ~models.Q(ballot="secret") | models.Q(results_shown="at-end"),
                name="polls_poll_secret_until_its_end",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("polls:poll", kwargs={"slug": self.slug})

    def clean(self) -> None:
        """Refuses an end before the opening, live results of a secret draft, and changes of settled fields.

        Also refuses to move the end of an opened poll into the past.
        """
        super().clean()
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": _("Write an end that comes after the start.")})
        if self.is_draft and self.shows_secret_results_early:
            raise ValidationError({"results_shown": SECRET_UNTIL_END})
        now = timezone.now()
        if not (saved := Poll.objects.filter(pk=self.pk, is_draft=False).first()):
            return
        if any(getattr(saved, name) != getattr(self, name) for name in saved.settled(now)):
            raise ValidationError(_("The poll has opened: only an end to come can change."))
        if saved.closes_at != self.closes_at and self.closes_at <= now:
            raise ValidationError({"closes_at": _("Choose an end to come. To end the poll now, use “Close…”.")})

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "polls/preview.html"

    def is_previewable(self) -> bool:
        """Returns whether the poll is a draft: an opened poll has its public page."""
        return self.is_draft

    def settled(self, now: datetime) -> tuple[str, ...]:
        """Returns the names of the fields fixed at `now`. From the first answer on, the database fixes them too."""
        if self.is_draft:
            return ()
        return (*self.ANNOUNCED_FIELDS, "closes_at") if self.is_over(now) else self.ANNOUNCED_FIELDS

    def is_open(self, now: datetime) -> bool:
        return self.has_opened(now) and now < self.closes_at

    def is_over(self, now: datetime) -> bool:
        return self.has_opened(now) and now >= self.closes_at

    def counted_at(self, now: datetime) -> datetime:
        """Returns the moment whose electorate counts: `now`, or the last moment at which one could answer.

        A poll that ends at midnight counts the members of its last day, not those of the next one.
        """
        return min(now, self.closes_at - timedelta(microseconds=1))

    def has_opened(self, now: datetime) -> bool:
        return not self.is_draft and self.opens_at is not None and self.opens_at <= now

    @property
    def is_internal(self) -> bool:
        return self.audience in self.INTERNAL

    @property
    def is_among_people_met(self) -> bool:
        return self.audience == self.Audience.PEOPLE_MET

    @property
    def is_secret(self) -> bool:
        return self.ballot == self.Ballot.SECRET

    @property
    def shows_secret_results_early(self) -> bool:
        """True if the rules would publish the running count of a secret ballot. Such a draft cannot open."""
        return self.is_secret and self.results_shown != self.ResultsShown.AT_END

    def is_sealed(self, now: datetime) -> bool:
        """Returns whether results and turnout are hidden from everybody: those of a secret poll are, until its end.

        Two counts, one before and one after an answer, reveal that answer. A changing turnout reveals when to compare,
        so it is as secret as the results, whatever the number of voters.
        """
        return self.is_secret and not self.is_over(now)


class Question(ClusterableModel):
    """Question of a poll, with one answer per person."""

    class Kind(models.TextChoices):
        """Kinds of questions."""

        SINGLE = "single", _("One choice")
        MULTIPLE = "multiple", _("Several choices")
        RANKED = "ranked", _("Choices in order of preference")
        POINTS = "points", _("Points to share among the choices")
        TEXT = "text", _("Free text")

    # Field that holds the order of the rows (Wagtail's inline panels).
    sort_order_field = "order"

    poll = ParentalKey(Poll, verbose_name=_("poll"), on_delete=models.CASCADE, related_name="questions")
    text = models.CharField(_("question"), max_length=200)
    kind = models.CharField(_("kind of answer"), max_length=10, choices=Kind, default=Kind.SINGLE)
    max_choices = models.PositiveSmallIntegerField(
        _("choices at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(2)],
        help_text=_("For several choices, or an order of preference. Empty: as many as there are."),
    )
    points = models.PositiveSmallIntegerField(
        _("points to share"),
        default=10,
        validators=[MinValueValidator(2), MaxValueValidator(100)],
        help_text=_("For points only."),
    )
    is_optional = models.BooleanField(
        _("optional"), default=False, db_default=False, help_text=_("People may leave this question without an answer.")
    )
    makes_groups = models.BooleanField(
        _("makes groups"),
        default=False,
        db_default=False,
        help_text=_(
            "In a field survey: results are shown by answer to this question, where the groups are large enough."
        ),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0, editable=False)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        """Refuses changes once the poll has opened: they would alter the meaning of answers."""
        super().clean()
        if self.poll_id and not self.poll.is_draft:
            raise ValidationError(_("The poll has opened: this cannot change any more."))


def index_poll_of(instance: Question, **kwargs: Any) -> None:
    """Reindexes the poll of a changed question: a poll is found by the texts of its questions."""
    if not kwargs.get("raw"):
        index.insert_or_update_object(instance.poll)


class Choice(models.Model):
    """Choice of a question: a possible answer, or a part of one."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="choices")
    text = models.CharField(_("choice"), max_length=200)

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text
