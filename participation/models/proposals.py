"""Proposals of residents, from received to done, and who supports them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.auth import get_user_model
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

from common.charts.values import Tone
from participation.models.deadlines import AwaitsAnswer, answer_due_on
from participation.models.texts import ModeratedQuerySet, ModeratedText

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from participation.models.coauthors import CoAuthor

# A card says so many names after the author's; the others are counted.
SHOWN_COAUTHORS = 2
# `Proposal.PUBLIC_STATES`, for an index: the options of a model cannot name what its class defines.
PUBLIC = ("publiee", "etudiee", "acceptee", "acceptee-en-partie", "non-retenue", "en-cours", "realisee", "regroupee")


class ProposalQuerySet(SearchableQuerySetMixin, ModeratedQuerySet):
    def published(self) -> Self:
        """Proposals that anyone may read."""
        return self.filter(state__in=Proposal.PUBLIC_STATES)

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Published proposals, and a person's own ones whatever their state. Every surface calls this rule."""
        if not user.is_authenticated:
            return self.published()
        return self.filter(Q(state__in=Proposal.PUBLIC_STATES) | self._authors_rule(user))

    def of(self, user: "User") -> Self:
        """Proposals that `user` made, alone or with others. `Proposal.is_author` says the same of one proposal."""
        return self.filter(self._authors_rule(user))

    @staticmethod
    def _authors_rule(user: "User") -> Q:
        # Not a join: it would give a proposal once for each of its co-authors.
        return Q(author=user) | Q(pk__in=user.co_authorships.order_by().values("proposal"))

    def with_authors(self) -> Self:
        """Selects what `byline` and `is_author` need: the author in the same query, all co-authors in another one."""
        return self.select_related("author").prefetch_related("co_authorships")

    def standing(self, author: "User", *, since: datetime) -> Self:
        """Proposals of `author` since then that nobody took away, the latest first."""
        gone = (Proposal.State.REFUSED, Proposal.State.WITHDRAWN)
        return self.of(author).filter(created_at__gt=since).exclude(state__in=gone).order_by("-pk")

    def awaiting_answer(self) -> Self:
        """Published proposals without an answer, the oldest promise first; those without a promise come last."""
        return self.filter(state__in=Proposal.WAITING_STATES).order_by(F("answer_due_on").asc(nulls_last=True), "pk")

    def answer_overdue(self, today: date) -> Self:
        """Published proposals without an answer whose announced date is before `today`, the oldest promise first."""
        return self.awaiting_answer().filter(answer_due_on__lt=today)


class Proposal(index.Indexed, AwaitsAnswer, ModeratedText):
    """A proposal of a resident. Its number is its primary key."""

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
    # Colour and mark of each state, on badges, cards and charts alike.
    TONES = {
        **dict.fromkeys((State.RECEIVED, State.PUBLISHED), Tone.WAITING),
        **dict.fromkeys((State.STUDIED, State.PARTLY_ACCEPTED), Tone.PARTLY),
        **dict.fromkeys((State.ACCEPTED, State.DONE), Tone.YES),
        **dict.fromkeys((State.NOT_RETAINED, State.WITHDRAWN, State.REFUSED), Tone.NO),
        State.IN_PROGRESS: Tone.ONGOING,
        State.MERGED: Tone.OUTLINE,
    }
    TAKEN_UP_STATES = (State.ACCEPTED, State.PARTLY_ACCEPTED, State.IN_PROGRESS, State.DONE)
    # Published and not answered yet: the clock runs.
    WAITING_STATES = (State.PUBLISHED, State.STUDIED)
    ANSWERABLE_STATES = WAITING_STATES + ANSWERED_STATES
    # A refusal, by moderation or by a service, says why.
    NEGATIVE_STATES = frozenset({State.NOT_RETAINED, State.REFUSED})
    # An answer may come without a study, and a further answer may revise it; what was answered may be studied again,
    # and what moderation refused may be published, after an appeal. Its author may withdraw it until it is answered.
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
    # Leaving one of these for a state in which an answer is awaited starts the clock anew.
    CLOCK_RESTARTS_AFTER = frozenset({*ANSWERED_STATES, State.MERGED, State.REFUSED})
    MODERATE = "participation.moderate_proposal"
    READ_FIELDS = ("title", "problem", "body", "district", "kind", "topic_id")
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
    # The page that gave the idea (`cms.models.inspiring`), shown while anyone may read it.
    inspired_by = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("inspired by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="inspired_proposals",
    )
    # An imported proposal keeps the category it had on its platform of origin.
    category = models.CharField(_("category of origin"), max_length=120, blank=True, db_index=True)
    # A need says what is missing, and need not say what to do about it.
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.PROPOSAL)
    title = models.CharField(_("title"), max_length=300)
    problem = models.TextField(_("what is the problem?"), blank=True, max_length=20_000)
    body = models.TextField(_("what do you propose?"), blank=True, max_length=40_000)
    # The name of a district or of a commune (participation/models/districts.py).
    district = models.CharField(_("place"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.RECEIVED, db_index=True)
    created_at = models.DateTimeField(_("received at"), db_index=True)
    # The reply clock: what is announced, who is asked, the latest answer, and how long the first one took, in days.
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

    # Counters are kept on the row and corrected by the service that changes them.
    support_count = models.PositiveIntegerField(_("supports"), default=0, editable=False)
    imported_support_count = models.PositiveIntegerField(_("imported supports"), default=0, editable=False)
    comment_count = models.PositiveIntegerField(_("comments"), default=0, editable=False)

    search_fields = [
        index.SearchField("title", boost=2),
        index.SearchField("problem"),
        index.SearchField("body"),
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
            # For proposals that look like a text. SQLite makes an ordinary index of it.
            GinIndex(fields=["title"], opclasses=["gin_trgm_ops"], name="proposal_title_trigrams"),
            models.Index(fields=["state", "answer_due_on"], name="proposal_answer_due"),
            models.Index(F("support_count") + F("imported_support_count"), name="proposal_total_support"),
            models.Index(fields=["created_at"], condition=Q(needs_review=True), name="proposal_to_read_again"),
            # The list as it opens, and the latest ones of the home page. PostgreSQL puts nulls first, as they ask.
            models.Index(fields=["-published_at", "-id"], condition=Q(state__in=PUBLIC), name="proposal_latest"),
            # The median delay reads the answered ones only.
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
    def dossier_url(self) -> str:
        return reverse("participation:dossier", args=[self.pk, self.slug])

    @property
    def support_url(self) -> str:
        return reverse("participation:support", args=[self.pk])

    @property
    def report_url(self) -> str:
        return reverse("participation:proposal_report", args=[self.pk])

    @property
    def slug(self) -> str:
        """The readable part of the URL; the number alone identifies."""
        return slugify(self.title)[:60].strip("-") or "proposition"

    @property
    def is_public(self) -> bool:
        """Anyone may read it."""
        return self.state in self.PUBLIC_STATES

    @property
    def is_published(self) -> bool:
        return self.is_public

    @property
    def is_need(self) -> bool:
        return self.kind == self.Kind.NEED

    @property
    def summary(self) -> str:
        """The text of which lists show the beginning."""
        return self.body or self.problem

    @classmethod
    def get_indexed_objects(cls) -> "models.QuerySet[Proposal]":
        """Search holds what anyone may read, so that a mistake in a query cannot show more."""
        return cls.objects.published().prefetch_related("addenda")

    @property
    def published_addenda(self) -> str:
        """The texts that the authors added and that anyone may read, for the search index."""
        return "\n\n".join(addendum.body for addendum in self.addenda.all() if addendum.is_published)

    @property
    def shows_versions(self) -> bool:
        """Readers may read an earlier text."""
        return self.is_public and self.was_changed and self.versions.once_public().filter(is_hidden=False).exists()

    @property
    def earlier_texts(self) -> str:
        """For moderators alone: what the proposal said before its authors changed it, the latest text first."""
        return "\n\n".join(version.as_moderators_read_it for version in self.versions.select_related("topic"))

    @property
    def badge_kind(self) -> str:
        """The kind of badge that shows the state."""
        return self.TONES[self.State(self.state)]

    @property
    def state_label(self) -> str:
        """The state as residents read it: what waits is said to wait."""
        return str(_("Waiting to be read") if self.state == self.State.RECEIVED else self.State(self.state).label)

    @property
    def subject_label(self) -> str:
        """The topic, else the category that an imported proposal had on its platform of origin."""
        return self.topic.title if self.topic else self.category

    @property
    def headline(self) -> str:
        return self.title

    @property
    def full_text(self) -> str:
        return "\n\n".join([self.title, self.problem, self.body])

    @property
    def caption(self) -> str:
        return gettext("Proposal by %(name)s") % {"name": self.display_name}

    @property
    def byline(self) -> str:
        """All who made it, as it is shown: « A, B, C et 2 autres ». Read the proposal `with_authors()`."""
        coauthors = [row.user.public_name for row in self._coauthor_rows]
        names = [self.display_name or gettext("a person"), *coauthors[:SHOWN_COAUTHORS]]
        if others := coauthors[SHOWN_COAUTHORS:]:
            names.append(ngettext("%(count)d other", "%(count)d others", len(others)) % {"count": len(others)})
        return get_text_list(names, gettext("and"))

    @property
    def _coauthor_rows(self) -> "Iterable[CoAuthor]":
        """Those who made it with the author. No query where the row was read with `has_coauthors`, and has none."""
        return self.co_authorships.all() if getattr(self, "has_coauthors", True) else ()

    @property
    def author_ids(self) -> frozenset[int]:
        """The accounts of all who made it. Read the proposal `with_authors()`."""
        first = {self.author_id} if self.author_id else set()
        return frozenset(first | {row.user_id for row in self._coauthor_rows})

    def is_first_author(self, user: "User | AnonymousUser") -> bool:
        """Says whether `user` sent it: alone to withdraw it and to invite others."""
        return user.is_authenticated and self.author_id == user.pk

    def is_author(self, user: "User | AnonymousUser") -> bool:
        """Says whether `user` made it, alone or with others: the one rule of what authors may do and are told."""
        return user.is_authenticated and user.pk in self.author_ids

    def writers(self) -> "models.QuerySet[User]":
        rule = Q(proposals=self) | Q(co_authorships__proposal=self)
        return get_user_model().objects.filter(rule, is_active=True).distinct().order_by("pk")

    def set_state(self, state: str, *, reason: str, now: datetime) -> None:
        before = self.state
        super().set_state(state, reason=reason, now=now)
        if state in self.WAITING_STATES and (before in self.CLOCK_RESTARTS_AFTER or self.answer_due_on is None):
            self.answer_due_on = answer_due_on(timezone.localdate(now))

    def followers(self) -> "models.QuerySet[User]":
        """Returns the people who follow the proposal, and have not stopped."""
        return get_user_model().objects.filter(is_active=True, follows__discussion__proposal=self, follows__muted=False)


class Support(models.Model):
    """One person supports one proposal, once. Names are never shown."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="supports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="supports")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("support")
        verbose_name_plural = _("supports")
        constraints = [models.UniqueConstraint(fields=["proposal", "user"], name="participation_support_once")]

    def __str__(self) -> str:
        return f"{self.proposal_id} / {self.user_id}"
