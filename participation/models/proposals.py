"""Proposals of residents, from received to done, and their supports."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list, slugify
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.search import index
from wagtail.search.queryset import SearchableQuerySetMixin

from accounts.models import AnyUser, User
from common.charts.values import Tone
from participation.models.deadlines import AwaitsAnswer, answer_due_on
from participation.models.proposal_text import TEXT_FIELDS, ProposalText
from participation.models.texts import ModeratedQuerySet, ModeratedText

if TYPE_CHECKING:
    from participation.models.coauthors import CoAuthor

# Number of names on a card after the author's; the others are counted.
NAMED_COAUTHORS = 2
# `Proposal.PUBLIC_STATES`, for an index: `Meta` cannot refer to attributes of its class.
PUBLIC = ("publiee", "etudiee", "acceptee", "acceptee-en-partie", "non-retenue", "en-cours", "realisee", "regroupee")


class ProposalQuerySet(SearchableQuerySetMixin, ModeratedQuerySet):
    def published(self) -> Self:
        """Returns the public proposals."""
        return self.filter(state__in=Proposal.PUBLIC_STATES)

    def visible_to(self, user: AnyUser) -> Self:
        """Returns the public proposals, and the user's own ones in any state. All views use this rule."""
        if not user.is_authenticated:
            return self.published()
        return self.filter(Q(state__in=Proposal.PUBLIC_STATES) | self._authors_rule(user))

    def of(self, user: User) -> Self:
        """Returns the proposals of which `user` is an author.

        `Proposal.is_author` is the same rule for one proposal.
        """
        return self.filter(self._authors_rule(user))

    @staticmethod
    def _authors_rule(user: User) -> Q:
        # Not a join: it would return a proposal once for each of its co-authors.
        return Q(author=user) | Q(pk__in=user.co_authorships.order_by().values("proposal"))

    def with_authors(self) -> Self:
        """Loads the data for `byline` and `is_author`: the author in the same query, all co-authors in another one."""
        return self.select_related("author").prefetch_related("co_authorships")

    def standing(self, author: User, *, since: datetime) -> Self:
        """Returns the proposals of `author` created since then and not removed, the latest first."""
        removed_states = (Proposal.State.REFUSED, Proposal.State.WITHDRAWN)
        return self.of(author).filter(created_at__gt=since).exclude(state__in=removed_states).order_by("-pk")

    def awaiting_answer(self) -> Self:
        """Returns the published proposals without an answer, by promised date; those without a promise last."""
        return self.filter(state__in=Proposal.WAITING_STATES).order_by(F("answer_due_on").asc(nulls_last=True), "pk")

    def answer_overdue(self, today: date) -> Self:
        """Returns the published proposals whose answer was announced for a day before `today`, the earliest first."""
        return self.awaiting_answer().filter(answer_due_on__lt=today)


class Proposal(index.Indexed, AwaitsAnswer, ProposalText, ModeratedText):
    """Proposal of a resident. Its number is its primary key."""

    class Kind(models.TextChoices):
        PROPOSAL = "proposition", pgettext_lazy("kind", "Proposal")
        NEED = "besoin", pgettext_lazy("kind", "Need")

    class State(models.TextChoices):
        RECEIVED = "recue", pgettext_lazy("proposal", "Received")
        PUBLISHED = "publiee", pgettext_lazy("proposal", "Published")
        STUDIED = "etudiee", pgettext_lazy("proposal", "Under study")
        ACCEPTED = "acceptee", pgettext_lazy("proposal", "Accepted")
        PARTLY_ACCEPTED = "acceptee-en-partie", pgettext_lazy("proposal", "Accepted in part")
        NOT_RETAINED = "non-retenue", pgettext_lazy("proposal", "Not retained")
        IN_PROGRESS = "en-cours", pgettext_lazy("proposal", "In progress")
        DONE = "realisee", pgettext_lazy("proposal", "Done")
        MERGED = "regroupee", pgettext_lazy("proposal", "Merged")
        WITHDRAWN = "retiree", pgettext_lazy("proposal", "Withdrawn by its author")
        REFUSED = "refusee", pgettext_lazy("proposal", "Refused by moderation")

    PUBLIC_STATES = tuple(map(State, PUBLIC))
    ANSWERED_STATES = (
        State.ACCEPTED,
        State.PARTLY_ACCEPTED,
        State.NOT_RETAINED,
        State.IN_PROGRESS,
        State.DONE,
    )
    # Colour and mark of each state, on badges, cards and charts.
    TONES = {
        **dict.fromkeys((State.RECEIVED, State.PUBLISHED), Tone.WAITING),
        **dict.fromkeys((State.STUDIED, State.PARTLY_ACCEPTED), Tone.PARTLY),
        **dict.fromkeys((State.ACCEPTED, State.DONE), Tone.YES),
        **dict.fromkeys((State.NOT_RETAINED, State.WITHDRAWN, State.REFUSED), Tone.NO),
        State.IN_PROGRESS: Tone.ONGOING,
        State.MERGED: Tone.OUTLINE,
    }
    TAKEN_UP_STATES = (State.ACCEPTED, State.PARTLY_ACCEPTED, State.IN_PROGRESS, State.DONE)
    # Published and not answered: the answer delay runs.
    WAITING_STATES = (State.PUBLISHED, State.STUDIED)
    ANSWERABLE_STATES = WAITING_STATES + ANSWERED_STATES
    # A refusal, by moderation or by a service, requires a reason.
    NEGATIVE_STATES = frozenset({State.NOT_RETAINED, State.REFUSED})
    # An answer needs no study, and a further answer may revise it; an answered proposal may be studied again, and one
    # refused by moderation may be published after an appeal. Its author may withdraw it until it is answered.
    TRANSITIONS = {
        State.RECEIVED: {State.PUBLISHED, State.REFUSED, State.WITHDRAWN},
        State.PUBLISHED: {State.STUDIED, *ANSWERED_STATES, State.MERGED, State.WITHDRAWN, State.REFUSED},
        State.STUDIED: {*ANSWERED_STATES, State.MERGED, State.WITHDRAWN, State.REFUSED},
        State.ACCEPTED: {State.PARTLY_ACCEPTED, State.NOT_RETAINED, State.IN_PROGRESS, State.DONE, State.STUDIED},
        State.PARTLY_ACCEPTED: {State.ACCEPTED, State.NOT_RETAINED, State.IN_PROGRESS, State.DONE, State.STUDIED},
        State.NOT_RETAINED: {State.ACCEPTED, State.PARTLY_ACCEPTED, State.STUDIED},
        State.IN_PROGRESS: {State.DONE, State.NOT_RETAINED, State.STUDIED},
        State.DONE: {State.STUDIED},
        State.MERGED: {State.PUBLISHED},
        State.WITHDRAWN: set(),
        State.REFUSED: {State.PUBLISHED},
    }
    # Leaving one of these for a state that awaits an answer restarts the answer delay.
    CLOCK_RESTARTS_AFTER = frozenset({*ANSWERED_STATES, State.MERGED, State.REFUSED})
    MODERATE = "participation.moderate_proposal"
    READ_FIELDS = (*TEXT_FIELDS, "district", "kind", "topic_id")
    HAS_FILES = True

    call = models.ForeignKey(
        "participation.CallPage",
        verbose_name=_("call"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="proposals",
    )
    topic = models.ForeignKey(
        "committee.TopicPage",
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="proposals",
    )
    # Page that inspired it (`cms.models.inspiring`), shown while it is public.
    inspired_by = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("inspired by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="inspired_proposals",
    )
    # An imported proposal keeps the category of its original platform.
    category = models.CharField(_("category of origin"), max_length=120, blank=True, db_index=True)
    # A need describes what is missing, without a solution.
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.PROPOSAL)
    body = models.TextField(_("what do you propose?"), blank=True, max_length=40_000)
    # Name of a district or of a commune (participation/models/districts.py).
    district = models.CharField(_("place"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.RECEIVED, db_index=True)
    created_at = models.DateTimeField(_("received at"), db_index=True)
    # Answer delay: announced date, service in charge, latest answer, and days until the first one.
    answer_due_on = models.DateField(_("answer due on"), null=True, blank=True)
    asked_service = models.ForeignKey(
        "participation.CityService",
        verbose_name=_("service that is asked"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="asked",
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False, db_index=True)
    answer_delay = models.PositiveIntegerField(_("days until the first answer"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="merged",
    )

    # Counters are stored on the row and updated by the service that changes them.
    support_count = models.PositiveIntegerField(_("supports"), default=0, editable=False)
    imported_support_count = models.PositiveIntegerField(_("imported supports"), default=0, editable=False)
    comment_count = models.PositiveIntegerField(_("comments"), default=0, editable=False)

    search_fields = [
        index.SearchField("title", boost=2),
        *(index.SearchField(name) for name in TEXT_FIELDS if name != "title"),
        index.SearchField("published_addenda"),
        index.SearchField("district"),
        index.AutocompleteField("title"),
        index.FilterField("state"),
        index.FilterField("topic"),
        index.FilterField("district"),
        index.FilterField("created_at"),
        index.FilterField("author"),
    ]

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("moderate_proposal", _("Can publish or refuse proposals")),
            ("answer_proposal", _("Can answer proposals officially")),
        ]
        indexes = [
            models.Index(fields=["state", "-published_at"]),
            # For similar proposals. An ordinary index on SQLite.
            GinIndex(fields=["title"], opclasses=["gin_trgm_ops"], name="proposal_title_trigrams"),
            models.Index(fields=["state", "answer_due_on"], name="proposal_answer_due"),
            models.Index(F("support_count") + F("imported_support_count"), name="proposal_total_support"),
            models.Index(fields=["created_at"], condition=Q(needs_review=True), name="proposal_to_read_again"),
            # Default order of the list, and of the latest ones on the home page. PostgreSQL puts nulls first, as both
            # do.
            models.Index(fields=["-published_at", "-id"], condition=Q(state__in=PUBLIC), name="proposal_latest"),
            # The median delay uses answered proposals only.
            models.Index(
                fields=["answer_delay"], condition=Q(answer_delay__isnull=False), name="proposal_answer_delay"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(state="regroupee") & ~Q(merged_into=F("pk")),
                name="participation_proposal_merged_into_another",
            )
        ]

    def __str__(self) -> str:
        return f"n° {self.pk} : {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("participation:proposal", args=[self.pk, self.slug])

    @property
    def support_url(self) -> str:
        return reverse("participation:support", args=[self.pk])

    @property
    def report_url(self) -> str:
        return reverse("participation:proposal_report", args=[self.pk])

    @property
    def slug(self) -> str:
        """Readable part of the URL; only the number identifies the proposal."""
        return slugify(self.title)[:60].strip("-") or "proposition"

    @property
    def is_public(self) -> bool:
        """True if the proposal is public."""
        return self.state in self.PUBLIC_STATES

    @property
    def is_published(self) -> bool:
        return self.is_public

    @property
    def is_need(self) -> bool:
        return self.kind == self.Kind.NEED

    @property
    def summary(self) -> str:
        """Text of which lists show the beginning."""
        return self.body or self.problem

    @classmethod
    def get_indexed_objects(cls) -> "models.QuerySet[Proposal]":
        """Returns the public proposals only, so that a mistake in a query cannot expose others."""
        return cls.objects.published().prefetch_related("addenda")

    @property
    def published_addenda(self) -> str:
        """Published addenda, for the search index."""
        return "\n\n".join(addendum.body for addendum in self.addenda.all() if addendum.is_published)

    @property
    def shows_versions(self) -> bool:
        """True if an earlier text is public."""
        return self.is_public and self.was_changed and self.versions.once_public().filter(is_hidden=False).exists()

    @property
    def earlier_texts(self) -> str:
        """For moderators only: texts of the proposal before its authors changed it, the latest first."""
        return "\n\n".join(version.as_moderators_read_it for version in self.versions.select_related("topic"))

    @property
    def badge_kind(self) -> str:
        """Kind of badge for the state."""
        return self.TONES[self.State(self.state)]

    @property
    def state_label(self) -> str:
        """State as residents read it: a received proposal is shown as waiting."""
        return str(_("Waiting to be read") if self.state == self.State.RECEIVED else self.State(self.state).label)

    @property
    def is_answer_late(self) -> bool:
        """True if the announced day of the answer is past, today, without one."""
        return self.is_overdue(timezone.localdate())

    @property
    def answer_days_late(self) -> int:
        """Number of days after the announced day at which the first answer came; 0 in time, or without an answer."""
        if self.answer_delay is None or self.answer_due_on is None or self.published_at is None:
            return 0
        announced = (self.answer_due_on - timezone.localdate(self.published_at)).days
        return max(0, self.answer_delay - announced)

    @property
    def subject_label(self) -> str:
        """The topic if its page is published, or the category of an imported proposal on its original platform."""
        return self.topic.title if self.topic and self.topic.live else self.category

    @property
    def headline(self) -> str:
        return self.title

    @property
    def full_text(self) -> str:
        return "\n\n".join(self.texts.values())

    @property
    def caption(self) -> str:
        return gettext("Proposal by %(name)s") % {"name": self.display_name}

    @property
    def byline(self) -> str:
        """Names of all authors: « A, B, C et 2 autres ». Load the proposal `with_authors()`."""
        coauthors = [row.user.public_name for row in self._coauthor_rows]
        names = [self.display_name or gettext("a person"), *coauthors[:NAMED_COAUTHORS]]
        if others := coauthors[NAMED_COAUTHORS:]:
            names.append(ngettext("%(count)d other", "%(count)d others", len(others)) % {"count": len(others)})
        return get_text_list(names, gettext("and"))

    @property
    def _coauthor_rows(self) -> "Iterable[CoAuthor]":
        """Co-authors of the proposal. No query if the row was annotated with `has_coauthors` and has none."""
        return self.co_authorships.all() if getattr(self, "has_coauthors", True) else ()

    @property
    def author_ids(self) -> frozenset[int]:
        """Accounts of all authors. Load the proposal `with_authors()`."""
        first = {self.author_id} if self.author_id else set()
        return frozenset(first | {row.user_id for row in self._coauthor_rows})

    def is_first_author(self, user: AnyUser) -> bool:
        """Returns whether `user` is the first author, who alone may withdraw it and invite others."""
        return user.is_authenticated and self.author_id == user.pk

    def is_author(self, user: AnyUser) -> bool:
        """Returns whether `user` is an author: the only rule for what authors may do and are notified of."""
        return user.is_authenticated and user.pk in self.author_ids

    def writers(self) -> models.QuerySet[User]:
        rule = Q(proposals=self) | Q(co_authorships__proposal=self)
        return User.objects.filter(rule, is_active=True).distinct().order_by("pk")

    def set_state(self, state: str, *, reason: str, now: datetime) -> None:
        before = self.state
        super().set_state(state, reason=reason, now=now)
        if state in self.WAITING_STATES and (before in self.CLOCK_RESTARTS_AFTER or self.answer_due_on is None):
            self.answer_due_on = answer_due_on(timezone.localdate(now))

    def followers(self) -> models.QuerySet[User]:
        """Returns the users who follow the proposal."""
        return User.objects.filter(is_active=True, follows__discussion__proposal=self, follows__muted=False)


class Support(models.Model):
    """Support of one proposal by one user. Names are never shown."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="supports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="supports")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("support")
        verbose_name_plural = _("supports")
        constraints = [models.UniqueConstraint(fields=["proposal", "user"], name="participation_support_once")]

    def __str__(self) -> str:
        return f"{self.proposal_id} / {self.user_id}"
