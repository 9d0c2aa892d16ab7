"""Earlier texts of a proposal, and addenda: additions by authors once the text is fixed."""

from typing import Any, Self

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import AnyUser, User
from common.origins import Origin
from participation.models.proposal_text import CORRECTABLE_FIELDS, ProposalText
from participation.models.proposals import Proposal
from participation.models.texts import ModeratedQuerySet, ModeratedText


class ProposalVersionQuerySet(models.QuerySet):
    def once_public(self) -> Self:
        """Returns the texts that were public once: texts replaced before the publication are for moderators only."""
        return self.filter(replaced_at__gt=F("proposal__published_at"))


def published_content(proposal: Proposal) -> dict[str, Any]:
    """Returns the public content of `proposal` that its authors may correct, as stored in `ProposalVersion`."""
    files = "\n".join(file.caption for file in proposal.attachments.published())
    return {name: getattr(proposal, name) for name in CORRECTABLE_FIELDS} | {"files": files, "has_details": True}


class ProposalVersion(ProposalText):
    """Earlier version of a proposal: text, topic, place and files.

    Visible to moderators; also to readers if it was public and is not hidden.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="versions")
    body = models.TextField(_("what do you propose?"), max_length=40_000)
    # Empty in versions older than these fields, which are not compared.
    has_details = models.BooleanField(_("with subject, place and files"), default=False, db_default=False)
    topic = models.ForeignKey(
        "committee.TopicPage",
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    district = models.CharField(_("place"), max_length=60, blank=True, default="", db_default="")
    # Captions of the published files, one per line.
    files = models.TextField(_("pictures and documents"), blank=True, default="", db_default="", max_length=5_000)
    replaced_at = models.DateTimeField(_("replaced at"))
    # Hidden by moderation: listed, without its text.
    is_hidden = models.BooleanField(_("hidden"), default=False)

    objects = ProposalVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("earlier text of a proposal")
        verbose_name_plural = _("earlier texts of proposals")
        ordering = ["-replaced_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.proposal_id}"

    @property
    def as_moderators_read_it(self) -> str:
        """Whole text, below the time of its replacement."""
        texts = [*self.texts.values(), self.topic.title if self.topic else "", self.district, self.files]
        head = date_format(timezone.localtime(self.replaced_at), "SHORT_DATETIME_FORMAT")
        hidden = [gettext("Hidden by moderation.")] if self.is_hidden else []
        return "\n".join([head, *hidden, *filter(None, texts)])


class AddendumQuerySet(ModeratedQuerySet):
    def public(self) -> Self:
        """Returns the public addenda: published, on a public proposal."""
        return self.published().filter(proposal__state__in=Proposal.PUBLIC_STATES)

    def visible_to(self, user: AnyUser) -> Self:
        """Returns the public addenda, and those of the user's own proposals in any state."""
        if not user.is_authenticated:
            return self.public()
        return self.public() | self.filter(proposal__in=Proposal.objects.of(user).values("pk"))

    def shown_under(self, proposal: Proposal, user: AnyUser) -> Self:
        """Returns the addenda of `proposal`, which is loaded, visible to `user`: the rule of `visible_to`.

        A simpler query: PostgreSQL takes 25 ms to plan the general one.
        """
        addenda = self.filter(proposal=proposal)
        if proposal.is_author(user):
            return addenda
        return addenda.published() if proposal.is_public else addenda.none()

    def standing(self) -> Self:
        """Returns the addenda that are not refused."""
        return self.exclude(state=Addendum.State.REFUSED)


class Addendum(ModeratedText):
    """Dated addition to a proposal by one of its authors. It is moderated like a comment."""

    class State(models.TextChoices):
        RECEIVED = "recu", pgettext_lazy("addendum", "Waiting to be read")
        PUBLISHED = "publie", pgettext_lazy("addendum", "Published")
        REFUSED = "refuse", pgettext_lazy("addendum", "Removed by moderation")

    MAXIMUM = 3
    TRANSITIONS = {
        State.RECEIVED: {State.PUBLISHED, State.REFUSED},
        State.PUBLISHED: {State.REFUSED},
        State.REFUSED: {State.PUBLISHED},
    }
    MODERATE = Proposal.MODERATE
    CONTEXT = ("proposal",)
    STATE_FIELDS = ("state", "state_reason", "state_changed_at", "published_at")

    proposal = models.ForeignKey(Proposal, verbose_name=_("proposal"), on_delete=models.CASCADE, related_name="addenda")
    body = models.TextField(_("addendum"), max_length=20_000)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED, db_index=True)
    # Few rows: these two have no index.
    created_at = models.DateTimeField(_("written at"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    # Sent online from an account, and never changed.
    origin = Origin.ONLINE
    author_name = ""
    source_url = edited_at = None
    needs_review = False

    objects = AddendumQuerySet.as_manager()

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def anchor(self) -> str:
        return f"complement-{self.pk}"

    def is_author(self, user: AnyUser) -> bool:
        """Returns whether `user` is an author of the proposal: an addendum belongs to all its authors."""
        return self.proposal.is_author(user)

    def writers(self) -> models.QuerySet[User]:
        return self.proposal.writers()

    @property
    def caption(self) -> str:
        names = {"name": self.display_name, "title": self.proposal.title}
        return gettext("Addendum by %(name)s to “%(title)s”") % names
