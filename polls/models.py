"""Polls, in the manner of Django's tutorial: a poll has questions, a question has choices."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.search import index
from wagtail.search.queryset import SearchableQuerySetMixin


class PollQuerySet(SearchableQuerySetMixin, models.QuerySet):
    def published(self, now: datetime) -> Self:
        """Polls that have opened, whether or not they are over."""
        return self.filter(opens_at__lte=now)

    def open(self, now: datetime) -> Self:
        """Polls that may be answered at `now`, the first to close first."""
        return self.filter(opens_at__lte=now, closes_at__gt=now).order_by("closes_at", "pk")

    def closed(self, now: datetime) -> Self:
        """Polls that are over, the latest first."""
        return self.filter(closes_at__lte=now).order_by("-closes_at", "-pk")

    def most_current(self, now: datetime) -> Self:
        """The open polls, the first to close first; then those that are over, the latest first."""
        is_over = models.Case(models.When(closes_at__lte=now, then=1), default=0)
        closes_next = models.Case(models.When(closes_at__gt=now, then="closes_at"))
        return self.order_by(is_over, closes_next, "-closes_at", "-pk")


class Poll(index.Indexed, models.Model):
    """A poll that is open from one moment to another."""

    title = models.CharField(_("title"), max_length=150)
    slug = models.SlugField(_("address"), unique=True)
    introduction = models.TextField(_("introduction"), max_length=400, blank=True)
    opens_at = models.DateTimeField(_("opens at"))
    closes_at = models.DateTimeField(_("closes at"))

    panels = [
        FieldPanel("title"),
        FieldPanel("slug"),
        FieldPanel("introduction"),
        FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
    ]

    search_fields = [
        index.SearchField("title", boost=2),
        index.AutocompleteField("title"),
        index.SearchField("introduction"),
        index.RelatedFields("questions", [index.SearchField("text")]),
        index.FilterField("title"),
        index.FilterField("opens_at"),
        index.FilterField("closes_at"),
    ]

    objects = PollQuerySet.as_manager()

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")
        ordering = ["-opens_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")), name="polls_poll_closes_after_opening"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("polls:poll", kwargs={"slug": self.slug})

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now < self.closes_at


class Question(ClusterableModel):
    """A question of a poll, with one answer."""

    poll = models.ForeignKey(Poll, verbose_name=_("poll"), on_delete=models.CASCADE, related_name="questions")
    text = models.CharField(_("question"), max_length=200)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    panels = [
        FieldPanel("poll"),
        FieldPanel("text"),
        FieldPanel("order"),
        InlinePanel("choices", heading=_("Choices"), label=_("Choice"), min_num=2),
    ]

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text


def index_poll_of(instance: Question, **kwargs: Any) -> None:
    """A poll is found by the words of its questions, so a question that changes makes its poll to be read again."""
    if not kwargs.get("raw"):
        index.insert_or_update_object(instance.poll)


class Choice(models.Model):
    """A possible answer; `votes` is its tally."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="choices")
    text = models.CharField(_("choice"), max_length=200)
    votes = models.PositiveIntegerField(_("answers"), default=0, editable=False)

    panels = [FieldPanel("text")]

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Participation(models.Model):
    """Who answered a poll, never what: the answers are counted in `Choice.votes` and nothing ties them to a person.

    The day is kept, not the hour, so that the order of answers tells nothing either.
    """

    poll = models.ForeignKey(Poll, verbose_name=_("poll"), on_delete=models.CASCADE, related_name="participations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.CASCADE,
        related_name="poll_participations",
    )
    answered_on = models.DateField(_("answered on"))

    class Meta:
        verbose_name = _("participation in a poll")
        verbose_name_plural = _("participations in polls")
        constraints = [
            models.UniqueConstraint(fields=["poll", "user"], name="polls_participation_one_answer_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.poll_id}: {self.user_id}"
