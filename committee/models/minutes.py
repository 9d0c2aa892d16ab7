"""Minutes of a session: draft with decisions and actions, and corrections proposed by members.

After the round of corrections the page of the session shows the draft, marked as such. The approval copies it to the
page, and freezes it there.
"""

from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from committee.models.members import Mandate, Member
from committee.models.programme import TopicPage
from committee.models.session_rows import ActionWords, DecisionWords
from common.templatetags.dates import in_city_time
from common.transitions import HasTransitions

TEXT_MAX_LENGTH = 40_000
PASSAGE_MAX_LENGTH = 2_000
# Role of users who edit sessions without sitting on the committee.
SECRETARIAT = "secretariat"
# Named after the team in French: accounts of several groups edit sessions.
ROLES = [*Mandate.Role.choices, (SECRETARIAT, pgettext_lazy("role of the team", "Secretariat"))]


class SessionMinutesQuerySet(models.QuerySet):
    def approved(self) -> Self:
        return self.filter(state=SessionMinutes.State.APPROVED)

    def public_drafts(self, today: date) -> Self:
        """Returns the minutes that are public on `today` and not approved: their round of corrections is over."""
        return self.filter(state=SessionMinutes.State.OPEN, corrections_until__lt=today)


class SessionMinutes(HasTransitions, models.Model):
    """Minutes of one session: a draft, then open to corrections until a day, then approved for ever."""

    class State(models.TextChoices):
        DRAFT = "redaction", pgettext_lazy("minutes", "Being written")
        OPEN = "corrections", pgettext_lazy("minutes", "Open to corrections")
        APPROVED = "approuve", pgettext_lazy("minutes", "Approved")

    # Allowed transitions. From open to open, the round is extended.
    TRANSITIONS = {
        State.DRAFT: {State.OPEN},
        State.OPEN: {State.OPEN, State.APPROVED},
        State.APPROVED: set[State](),
    }
    BADGES = {State.DRAFT: "waiting", State.OPEN: "ongoing", State.APPROVED: "yes"}

    session = models.OneToOneField("committee.SessionPage", on_delete=models.CASCADE, related_name="minutes_record")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    # Plain text with the markup of `common.markdown`.
    text = models.TextField(_("minutes"), max_length=TEXT_MAX_LENGTH, blank=True)
    # Incremented at each save, to detect concurrent edits.
    version = models.PositiveIntegerField(default=0)
    corrections_until = models.DateField(_("corrections until"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    # Empty for minutes published before approvals were recorded.
    approved_in = models.ForeignKey(
        "committee.SessionPage",
        verbose_name=_("approved at the session"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    approved_by = models.CharField(_("approved by"), max_length=20, choices=ROLES, blank=True)

    objects = SessionMinutesQuerySet.as_manager()

    class Meta:
        verbose_name = _("minutes of a session")
        verbose_name_plural = _("minutes of sessions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="corrections") | Q(corrections_until__isnull=False),
                name="committee_minutes_open_until_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state="approuve", approved_at__isnull=False)
                | (~Q(state="approuve") & Q(approved_at__isnull=True)),
                name="committee_minutes_approved_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return str(self.session)

    @property
    def is_approved(self) -> bool:
        return self.state == self.State.APPROVED

    @property
    def badge_kind(self) -> str:
        """Kind of badge for the state."""
        return self.BADGES[self.State(self.state)]

    def state_on(self, today: date) -> str:
        """Returns the state in words; after the round, unapproved minutes are a public draft."""
        if self.is_public_draft(today):
            return pgettext("minutes", "Draft published, to be approved")
        return str(self.get_state_display())

    def takes_corrections(self, today: date) -> bool:
        """Returns whether corrections may be proposed on `today`, last day included."""
        return self.state == self.State.OPEN and self.corrections_until is not None and today <= self.corrections_until

    def is_public_draft(self, today: date) -> bool:
        """Returns whether the draft is public on `today`, after its round. Same condition as `public_drafts`."""
        return self.state == self.State.OPEN and not self.takes_corrections(today)

    @property
    def public_from(self) -> date | None:
        """First day on which the draft is public and may be approved: the day after the round."""
        return self.corrections_until + timedelta(days=1) if self.corrections_until else None

    @property
    def approved_on(self) -> date | None:
        """Day of the session that approved the minutes, or of the record if no session is known."""
        if self.approved_at is None:
            return None
        return in_city_time(self.approved_in.starts_at if self.approved_in else self.approved_at).date()


class MinutesDecision(DecisionWords):
    """Decision in a draft of minutes."""

    record = models.ForeignKey(SessionMinutes, on_delete=models.CASCADE, related_name="decisions")
    topic = models.ForeignKey(
        TopicPage, verbose_name=_("topic"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("drafted decision")
        verbose_name_plural = _("drafted decisions")
        ordering = ["pk"]


class MinutesAction(ActionWords):
    """Action in a draft of minutes."""

    record = models.ForeignKey(SessionMinutes, on_delete=models.CASCADE, related_name="actions")
    member = models.ForeignKey(
        Member, verbose_name=_("member"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    topic = models.ForeignKey(
        TopicPage, verbose_name=_("topic"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("drafted action")
        verbose_name_plural = _("drafted actions")
        ordering = ["pk"]


class CorrectionQuerySet(models.QuerySet):
    def to_apply(self) -> Self:
        """Returns the accepted corrections that are still to be made in the minutes."""
        return self.filter(state=Correction.State.ACCEPTED, applied_at=None)


class Correction(models.Model):
    """Correction proposed by a member, and the decision on it."""

    class State(models.TextChoices):
        WAITING = "recue", pgettext_lazy("correction", "Waiting")
        ACCEPTED = "acceptee", pgettext_lazy("correction", "Accepted")
        REFUSED = "refusee", pgettext_lazy("correction", "Refused")

    BADGES = {State.WAITING: "waiting", State.ACCEPTED: "yes", State.REFUSED: "no"}

    # Created with the form, so that a form submitted twice makes one correction.
    key = models.UUIDField(unique=True, editable=False)
    record = models.ForeignKey(SessionMinutes, on_delete=models.CASCADE, related_name="corrections")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="minutes_corrections",
    )
    passage = models.TextField(_("passage"), max_length=PASSAGE_MAX_LENGTH, blank=True)
    replacement = models.TextField(_("what it should say"), max_length=PASSAGE_MAX_LENGTH, blank=True)
    why = models.TextField(_("why"), max_length=PASSAGE_MAX_LENGTH)
    created_at = models.DateTimeField(_("created at"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    reason = models.TextField(_("reason of the decision"), max_length=PASSAGE_MAX_LENGTH, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=20, choices=ROLES, blank=True)
    # Time at which an accepted correction was made in the minutes: at once, or when a user marks it as done.
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction of minutes")
        verbose_name_plural = _("corrections of minutes")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="recue", decided_at__isnull=True) | (~Q(state="recue") & Q(decided_at__isnull=False)),
                name="committee_correction_decided_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(state="recue") | ~Q(reason=""), name="committee_correction_decided_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def badge_kind(self) -> str:
        return "ongoing" if self.is_to_apply else self.BADGES[self.State(self.state)]

    @property
    def label(self) -> str:
        """State in words."""
        return gettext("Accepted, to be made in the text") if self.is_to_apply else str(self.get_state_display())

    @property
    def is_to_apply(self) -> bool:
        return self.state == self.State.ACCEPTED and self.applied_at is None

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def author_name(self) -> str:
        """Name of the author for the other members; "" once the account is deleted."""
        if self.author is None:
            return ""
        member = getattr(self.author, "member", None)
        return member.name if member else self.author.public_name
