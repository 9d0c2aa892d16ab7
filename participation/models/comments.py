"""Threaded comments and their discussions; a discussion belongs to exactly one proposal or page."""

from collections.abc import Collection
from datetime import datetime
from typing import Self

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

from accounts.models import AnyUser, User
from cms.models.discussions import DiscussedPage
from cms.models.visibility import published_pages
from participation.models.calls import CallPage
from participation.models.proposals import Proposal
from participation.models.texts import ModeratedQuerySet, ModeratedText


def _public_pages() -> models.QuerySet:
    return published_pages(Page.objects.all()).values("pk")


class DiscussionQuerySet(models.QuerySet):
    def public(self) -> Self:
        """Returns the discussions of public proposals and pages."""
        return self.filter(Q(proposal__state__in=Proposal.PUBLIC_STATES) | Q(page__in=_public_pages()))

    def with_subject(self) -> Self:
        """Selects the subject of a discussion, and the call that determines whether it is open, in one query."""
        return self.select_related("proposal__call", "page__callpage")


class Discussion(models.Model):
    """Container of the comments on a proposal or on a page (a call, for example)."""

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
        """Call whose phase applies to the discussion, if any."""
        if self.proposal is not None:
            return self.proposal.call
        if isinstance(self.page, DiscussedPage):
            return None
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
        """True if the subject is published; restrictions of pages are checked by `public()`."""
        return self.proposal.is_public if self.proposal else bool(self.page and self.page.live)

    @property
    def subject_url(self) -> str:
        return self.proposal.get_absolute_url() if self.proposal else self._subject.url

    @property
    def follow_url(self) -> str:
        """Page on which a user follows the discussion, or stops."""
        if self.proposal_id:
            return reverse("participation:follow", args=[self.proposal_id])
        return reverse("participation:discussion_follow", args=[self.pk])

    @property
    def comment_url(self) -> str:
        """Page on which a comment is written."""
        if self.proposal_id:
            return reverse("participation:comment", args=[self.proposal_id])
        return reverse("participation:discussion_comment", args=[self.pk])

    def url_about_comment(self, action: str, pk: int) -> str:
        """Returns the URL of `action` (reply, report, edit, withdraw) about the comment `pk` of this discussion."""
        name, subject = ("", self.proposal_id) if self.proposal_id else ("discussion_", self.pk)
        return reverse(f"participation:{name}{action}", args=[subject, pk])


class CommentQuerySet(SearchableQuerySetMixin, ModeratedQuerySet):
    def public(self) -> Self:
        """Returns the public comments: published, on a public subject."""
        return self.filter(self._public_rule())

    def visible_to(self, user: AnyUser) -> Self:
        """Returns the public comments, and the user's own ones in any state. All views use this rule."""
        if not user.is_authenticated:
            return self.public()
        return self.filter(self._public_rule() | Q(author=user))

    def public_among(self, pks: Collection[int]) -> Self:
        """Returns the public comments among the primary keys `pks`."""
        return self.public_one_by_one().filter(pk__in=pks)

    def public_one_by_one(self) -> Self:
        """Returns the same as `public`, fast for subsets: some primary keys, or the next ones after one.

        For `public`, PostgreSQL would first find all public comments of the site, and for a join with proposals read
        all discussions; here it checks the proposal of each comment.
        """
        state = Proposal.objects.filter(pk=OuterRef("discussion__proposal")).order_by().values("state")
        about_public = Q(state_of_subject__in=Proposal.PUBLIC_STATES) | Q(discussion__page__in=_public_pages())
        return self.published().alias(state_of_subject=Subquery(state)).filter(about_public)

    @staticmethod
    def _public_rule() -> Q:
        return Q(state=Comment.State.PUBLISHED, discussion__in=Discussion.objects.public().values("pk"))

    def shown_in(self, discussion: Discussion | OuterRef, user: AnyUser) -> Self:
        """Returns the comments shown in the threads of `discussion`, which the caller knows to be public.

        They are published comments, the user's own ones, and placeholders (without text) of comments removed after
        publication, without which replies would make no sense.
        """
        rule = Q(state=Comment.State.PUBLISHED) | Q(state__in=Comment.REMOVED_STATES, published_at__isnull=False)
        if user.is_authenticated:
            rule |= Q(author=user)
        return self.filter(rule, discussion=discussion)

    def standing(self, author: User, *, since: datetime) -> Self:
        """Returns the comments of `author` created since then and not removed, the latest first."""
        return (
            self.filter(author=author, created_at__gt=since).exclude(state__in=Comment.REMOVED_STATES).order_by("-pk")
        )


class Comment(index.Indexed, ModeratedText):
    """Comment or reply. Plain text: escaped on output, with line breaks."""

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
    # First comment of the thread, so that all replies on a page of threads come in one query.
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
    # Wagtail's usage views list uses of pages and pictures: a comment uses none.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["created_at", "pk"]
        permissions = [("moderate_comment", _("Can publish or remove comments"))]
        # Threads in page order. PostgreSQL does not use that « parent IS NULL » leaves a single value: with an index on
        # (discussion, parent, created_at) it would sort all comments.
        indexes = [
            models.Index(fields=["discussion", "created_at", "id"], condition=Q(parent=None), name="comment_threads"),
            # For few comments among all published ones.
            models.Index(fields=["created_at"], condition=Q(needs_review=True), name="comment_to_read_again"),
        ]

    def __str__(self) -> str:
        return str(_("comment no. %(number)s")) % {"number": self.pk}

    @classmethod
    def get_indexed_objects(cls) -> "models.QuerySet[Comment]":
        """Returns the public comments only, so that a mistake in a query cannot expose others."""
        return cls.objects.public()

    @property
    def is_removed(self) -> bool:
        return self.state in self.REMOVED_STATES

    @property
    def is_withdrawn(self) -> bool:
        return self.state == self.State.WITHDRAWN

    @property
    def earlier_texts(self) -> str:
        """For moderators only: texts of the comment before its author changed it, the latest first."""
        return "\n\n".join(
            f"{date_format(timezone.localtime(version.replaced_at), 'SHORT_DATETIME_FORMAT')}\n{version.body}"
            for version in self.versions.all()
        )

    @property
    def is_missing(self) -> bool:
        """True for the placeholder of a comment that an import did not include, but that has replies."""
        return bool(self.source_url and not self.body and self.is_withdrawn)

    @property
    def badge_kind(self) -> str:
        """Kind of badge for the state."""
        return {self.State.RECEIVED: "waiting", self.State.PUBLISHED: "yes"}.get(self.State(self.state), "no")

    @property
    def anchor(self) -> str:
        return f"c{self.pk}"

    @property
    def notice_anchor(self) -> str:
        """Anchor of the notice that it waits or is published; of the comment itself once a moderator has read it."""
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
    """Earlier text of a comment, replaced by its author.

    Visible to moderators only: in no public page, feed, search or file.
    """

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
    """Mention of a participant of the discussion in a published comment. They are notified once."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="participation_mention_once")]

    def __str__(self) -> str:
        return f"{self.comment_id} / {self.user_id}"
