"""Threaded comments and the discussions that hold them; a discussion belongs to exactly one proposal or page."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.search import index
from wagtail.search.queryset import SearchableQuerySetMixin

from cms.models.visibility import published_pages
from participation.models.calls import CallPage
from participation.models.proposals import Proposal
from participation.models.texts import ModeratedQuerySet, ModeratedText

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def _public_pages() -> models.QuerySet:
    return published_pages(Page.objects.all()).values("pk")


class DiscussionQuerySet(models.QuerySet):
    def public(self) -> Self:
        """Discussions of what anyone may read."""
        return self.filter(Q(proposal__state__in=Proposal.PUBLIC_STATES) | Q(page__in=_public_pages()))

    def with_subject(self) -> Self:
        """Selects in the same query what a discussion belongs to, and the call that decides whether it is open."""
        return self.select_related("proposal__call", "page__callpage")


class Discussion(models.Model):
    """The place where comments on a proposal or on a page (a call, for example) are kept."""

    proposal = models.OneToOneField(
        "participation.Proposal", null=True, blank=True, on_delete=models.CASCADE, related_name="discussion"
    )
    page = models.OneToOneField(
        "wagtailcore.Page", null=True, blank=True, on_delete=models.CASCADE, related_name="discussion"
    )
    is_open = models.BooleanField(_("open to comments"), default=True)
    comment_count = models.PositiveIntegerField(_("comments"), default=0, editable=False)

    objects = DiscussionQuerySet.as_manager()

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        constraints = [
            models.CheckConstraint(
                condition=Q(proposal__isnull=False, page__isnull=True) | Q(proposal__isnull=True, page__isnull=False),
                name="participation_discussion_belongs_to_one_thing",
            )
        ]

    def __str__(self) -> str:
        return str(self.proposal or self.page)

    @property
    def call(self) -> CallPage | None:
        """The call whose phase rules the discussion, if there is one."""
        if self.proposal is not None:
            return self.proposal.call
        return self.page if isinstance(self.page, CallPage) else getattr(self.page, "callpage", None)

    @property
    def _subject(self) -> Proposal | Page:
        subject = self.proposal if self.proposal_id else self.page
        assert subject is not None, "a check constraint of the table says so"  # noqa: S101
        return subject

    @property
    def subject_title(self) -> str:
        return self._subject.title

    @property
    def subject_is_public(self) -> bool:
        """The state of the subject alone; restrictions of pages are the business of `public()`."""
        return self.proposal.is_public if self.proposal else bool(self.page and self.page.live)

    @property
    def subject_url(self) -> str:
        return self.proposal.get_absolute_url() if self.proposal else self._subject.url

    @property
    def follow_url(self) -> str:
        """The page where a person follows what is discussed, or stops."""
        if self.proposal_id:
            return reverse("participation:follow", args=[self.proposal_id])
        return reverse("participation:discussion_follow", args=[self.pk])

    @property
    def comment_url(self) -> str:
        """The page where a comment is written."""
        if self.proposal_id:
            return reverse("participation:comment", args=[self.proposal_id])
        return reverse("participation:discussion_comment", args=[self.pk])

    def url_about_comment(self, action: str, pk: int) -> str:
        """Returns the URL of `action` (reply, report, edit, withdraw) about the comment `pk` of this discussion."""
        name, subject = ("", self.proposal_id) if self.proposal_id else ("discussion_", self.pk)
        return reverse(f"participation:{name}{action}", args=[subject, pk])


class CommentQuerySet(SearchableQuerySetMixin, ModeratedQuerySet):
    def public(self) -> Self:
        """Comments that anyone may read: published, on something public."""
        return self.filter(self._public_rule())

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Public comments, and a person's own ones whatever their state. Every surface calls this rule."""
        if not user.is_authenticated:
            return self.public()
        return self.filter(self._public_rule() | Q(author=user))

    def public_among(self, numbers: Collection[int]) -> Self:
        """Those of `numbers` that are of comments which anyone may read: `public`, asked about a few."""
        return self.public_one_by_one().filter(pk__in=numbers)

    def public_one_by_one(self) -> Self:
        """The same as `public`, for who asks about a part of them: some numbers, or the next ones after a number.

        PostgreSQL would answer `public` by looking for all public ones of the site first, and a join with proposals by
        reading all discussions: it looks at the proposal of each comment.
        """
        state = Proposal.objects.filter(pk=OuterRef("discussion__proposal")).order_by().values("state")
        about_public = Q(state_of_subject__in=Proposal.PUBLIC_STATES) | Q(discussion__page__in=_public_pages())
        return self.published().alias(state_of_subject=Subquery(state)).filter(about_public)

    @staticmethod
    def _public_rule() -> Q:
        return Q(state=Comment.State.PUBLISHED, discussion__in=Discussion.objects.public().values("pk"))

    def shown_in(self, discussion: Discussion | OuterRef, user: "User | AnonymousUser") -> Self:
        """Comments that the threads of `discussion` show, which the caller found public.

        Published comments, a person's own ones, and the place (not the text) of those that were removed after having
        been published: answers to them would make no sense otherwise.
        """
        rule = Q(state=Comment.State.PUBLISHED) | Q(state__in=Comment.REMOVED_STATES, published_at__isnull=False)
        if user.is_authenticated:
            rule |= Q(author=user)
        return self.filter(rule, discussion=discussion)

    def standing(self, author: "User", *, since: datetime) -> Self:
        """Comments of `author` since then that nobody took away, the latest first."""
        return (
            self.filter(author=author, created_at__gt=since).exclude(state__in=Comment.REMOVED_STATES).order_by("-pk")
        )


class Comment(index.Indexed, ModeratedText):
    """A comment or a reply. Plain text: it is escaped where it is shown, its line breaks are kept."""

    class State(models.TextChoices):
        RECEIVED = "recu", pgettext_lazy("comment", "Waiting to be read")
        PUBLISHED = "publie", pgettext_lazy("comment", "Published")
        REFUSED = "refuse", pgettext_lazy("comment", "Removed by moderation")
        WITHDRAWN = "retire", pgettext_lazy("comment", "Withdrawn by its author")

    class Position(models.IntegerChoices):
        AGAINST = -1, _("Against")
        NEUTRAL = 0, _("Neutral")
        FOR = 1, _("For")

    REMOVED_STATES = (State.REFUSED, State.WITHDRAWN)
    TRANSITIONS = {
        State.RECEIVED: {State.PUBLISHED, State.REFUSED, State.WITHDRAWN},
        State.PUBLISHED: {State.REFUSED, State.WITHDRAWN},
        State.REFUSED: {State.PUBLISHED},
        State.WITHDRAWN: set(),
    }
    MODERATE = "participation.moderate_comment"
    CONTEXT = ("discussion__proposal", "discussion__page")

    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies")
    # The first comment of the thread: all replies of a page of threads come in one query.
    thread = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    depth = models.PositiveSmallIntegerField(default=0)
    position = models.SmallIntegerField(_("position"), choices=Position, default=Position.NEUTRAL)
    body = models.TextField(_("comment"), max_length=40_000)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED, db_index=True)

    search_fields = [
        index.SearchField("body"),
        index.FilterField("state"),
        index.FilterField("discussion"),
        index.FilterField("author"),
        index.FilterField("created_at"),
    ]

    objects = CommentQuerySet.as_manager()
    # Wagtail's screens of use say where pages and pictures are used: a comment uses none.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["created_at", "pk"]
        permissions = [("moderate_comment", _("Can publish or remove comments"))]
        # Threads in the order in which a page shows them. PostgreSQL does not see that « parent IS NULL » leaves one
        # value only, so an index over (discussion, parent, created_at) gives it no order: it would read all comments.
        indexes = [
            models.Index(fields=["discussion", "created_at", "id"], condition=Q(parent=None), name="comment_threads"),
            # A few among all those that are published.
            models.Index(fields=["created_at"], condition=Q(needs_review=True), name="comment_to_read_again"),
        ]

    def __str__(self) -> str:
        return str(_("comment no. %(number)s")) % {"number": self.pk}

    @classmethod
    def get_indexed_objects(cls) -> "models.QuerySet[Comment]":
        """Search holds what anyone may read, so that a mistake in a query cannot show more."""
        return cls.objects.public()

    @property
    def is_removed(self) -> bool:
        return self.state in self.REMOVED_STATES

    @property
    def is_withdrawn(self) -> bool:
        return self.state == self.State.WITHDRAWN

    @property
    def earlier_texts(self) -> str:
        """For moderators alone: what the comment said before its author changed it, the latest text first."""
        return "\n\n".join(
            f"{date_format(timezone.localtime(version.replaced_at), 'SHORT_DATETIME_FORMAT')}\n{version.body}"
            for version in self.versions.all()
        )

    @property
    def is_missing(self) -> bool:
        """It holds the place of a comment that an import did not bring, under which there are replies."""
        return bool(self.source_url and not self.body and self.is_withdrawn)

    @property
    def badge_kind(self) -> str:
        """The kind of badge that shows the state."""
        return {self.State.RECEIVED: "waiting", self.State.PUBLISHED: "yes"}.get(self.State(self.state), "no")

    @property
    def anchor(self) -> str:
        return f"c{self.pk}"

    @property
    def notice_anchor(self) -> str:
        """Where its author reads that it waits or is published; the comment itself once a person has read it."""
        is_unread = self.state == self.State.RECEIVED or (self.is_published and self.needs_review)
        return f"{self.anchor}-attente" if is_unread else self.anchor

    @property
    def caption(self) -> str:
        names = {"name": self.display_name, "title": self.discussion.subject_title}
        return gettext("Comment by %(name)s on “%(title)s”") % names

    @property
    def reply_url(self) -> str:
        return self.discussion.url_about_comment("reply", self.pk)

    @property
    def report_url(self) -> str:
        return self.discussion.url_about_comment("report", self.pk)

    @property
    def edit_url(self) -> str:
        return self.discussion.url_about_comment("edit", self.pk)

    @property
    def withdraw_url(self) -> str:
        return self.discussion.url_about_comment("withdraw", self.pk)


class CommentVersion(models.Model):
    """A text that the author of a comment replaced. Moderators read it; no public page, feed, search or file does."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="versions")
    body = models.TextField(_("comment"), max_length=40_000)
    replaced_at = models.DateTimeField(_("replaced at"))

    class Meta:
        verbose_name = _("earlier text of a comment")
        verbose_name_plural = _("earlier texts of comments")
        ordering = ["-replaced_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.comment_id}"


class Mention(models.Model):
    """A published comment names a person who takes part in the discussion. She is told once."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="participation_mention_once")]

    def __str__(self) -> str:
        return f"{self.comment_id} / {self.user_id}"
