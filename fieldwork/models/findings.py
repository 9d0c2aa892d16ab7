"""Findings: problems met in a trial, and the single table of their state transitions until the repair."""

import uuid
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.search import index
from wagtail.search.queryset import SearchableQuerySetMixin

from common.files import AttachedFile
from common.plain_text import beginning
from common.shown import fingerprint
from common.transitions import HasTransitions
from fieldwork.models.campaigns import CampaignPage
from fieldwork.models.trials import Trial
from participation.models import CityService
from participation.models.deadlines import AwaitsAnswer

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

FOLDER = "constats"
# Retention of a picture that is no longer needed, in case the decision is reversed.
PICTURE_KEPT = timedelta(days=90)


def random_name(finding: "Finding", filename: str) -> str:
    """Returns a random storage path, without any part of the original file name."""
    return f"{FOLDER}/{uuid.uuid4().hex}.jpg"


class FindingQuerySet(SearchableQuerySetMixin, models.QuerySet):
    def public(self) -> Self:
        """Returns the public findings: confirmed by the team, not sensitive, in a published campaign."""
        return self.filter(
            state__in=Finding.PUBLIC_STATES,
            is_sensitive=False,
            trial__scenario__campaign__in=CampaignPage.objects.published().values("pk"),
        )

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Returns the findings that `user` may read on the site: public ones, and their own unless sensitive.

        Single rule for all surfaces: pages, lists, search, feeds, exports, mails. The admin uses `permissions`, which
        adds the findings followed by the team and the services.
        """
        if not user.is_authenticated:
            return self.public()
        public = Finding.objects.public().order_by().values("pk")
        return self.filter(Q(pk__in=public) | Q(trial__tester=user, is_sensitive=False))

    def of_campaign(self, campaign: CampaignPage) -> Self:
        return self.filter(trial__scenario__campaign=campaign)

    def with_context(self) -> Self:
        """Joins the trial, its scenario, campaign and tester, and the service asked."""
        return self.select_related("trial__scenario__campaign", "trial__tester", "service")

    def waiting_for_city(self) -> Self:
        """Returns the findings sent to the city and not answered yet."""
        return self.filter(state__in=Finding.WAITING_STATES)

    def to_deal_with(self) -> Self:
        """Returns what waits for the city, and what came back and will be sent to it again."""
        return self.filter(state__in=(*Finding.WAITING_STATES, Finding.State.CAME_BACK))

    def with_spent_picture(self) -> Self:
        """Returns the findings whose picture is no longer needed: dismissed, duplicate, or sensitive and verified."""
        spent = Q(state__in=Finding.LEFT_STATES) | Q(state=Finding.State.VERIFIED, is_sensitive=True)
        return self.filter(spent).exclude(picture="")

    def overdue(self, today: date) -> Self:
        """Returns the unanswered findings due before `today`, oldest due date first."""
        return self.waiting_for_city().filter(answer_due_on__lt=today).order_by("answer_due_on", "pk")


class Finding(index.Indexed, AwaitsAnswer, HasTransitions, models.Model):
    """Problem met by a tester. Changes state by the table `TRANSITIONS`, through `services`, recorded in `steps`.

    A sensitive one, such as a security hole, is visible to the coordinators and the city's service only.
    """

    class State(models.TextChoices):
        REPORTED = "signale", pgettext_lazy("finding", "Reported")
        CONFIRMED = "confirme", pgettext_lazy("finding", "Confirmed")
        SENT = "transmis", pgettext_lazy("finding", "Sent to the city")
        SAID_FIXED = "dit-corrige", pgettext_lazy("finding", "Said to be fixed")
        WILL_NOT_FIX = "non-retenu", pgettext_lazy("finding", "Will not be fixed")
        TO_TEST = "a-reverifier", pgettext_lazy("finding", "To test again")
        VERIFIED = "verifie", pgettext_lazy("finding", "Fixed, verified")
        CAME_BACK = "revenu", pgettext_lazy("finding", "Came back")
        DISMISSED = "ecarte", pgettext_lazy("finding", "Set aside")
        DUPLICATE = "doublon", pgettext_lazy("finding", "Duplicate")

        @property
        def badge_kind(self) -> str:
            """Badge kind of the state."""
            return {
                "verifie": "yes",
                "non-retenu": "no",
                "ecarte": "no",
                "doublon": "no",
                "dit-corrige": "ongoing",
                "a-reverifier": "ongoing",
            }.get(self.value, "waiting")

    class Severity(models.TextChoices):
        BLOCKS = "bloque", pgettext_lazy("severity", "Blocks")
        SLOWS = "ralentit", pgettext_lazy("severity", "Slows down")
        ANNOYS = "gene", pgettext_lazy("severity", "Annoys")

    # Next states allowed from each state. `permissions.STATES_OF_ROLE` restricts them by role.
    TRANSITIONS: ClassVar[dict[State, frozenset[State]]] = {
        State.REPORTED: frozenset({State.CONFIRMED, State.DISMISSED, State.DUPLICATE}),
        State.CONFIRMED: frozenset({State.SENT, State.DISMISSED, State.DUPLICATE}),
        State.SENT: frozenset({State.SAID_FIXED, State.WILL_NOT_FIX, State.DUPLICATE}),
        State.SAID_FIXED: frozenset({State.TO_TEST}),
        State.WILL_NOT_FIX: frozenset({State.TO_TEST}),
        State.TO_TEST: frozenset({State.VERIFIED, State.CAME_BACK}),
        State.VERIFIED: frozenset({State.CAME_BACK}),
        State.CAME_BACK: frozenset({State.SENT}),
        # Reversal of a decision of the team.
        State.DISMISSED: frozenset({State.CONFIRMED}),
        State.DUPLICATE: frozenset({State.CONFIRMED}),
    }
    # States after confirmation by the team, which makes a finding public.
    PUBLIC_STATES = frozenset(
        {
            *(State.CONFIRMED, State.SENT, State.SAID_FIXED, State.WILL_NOT_FIX),
            *(State.TO_TEST, State.VERIFIED, State.CAME_BACK),
        }
    )
    # Sent and unanswered: the time to answer runs.
    WAITING_STATES = (State.SENT,)
    # States that the city's service has access to, from the first sending on.
    SENT_STATES = PUBLIC_STATES - {State.CONFIRMED}
    # States that require a reason, for the reporter and the readers.
    NEGATIVE_STATES = frozenset({State.WILL_NOT_FIX, State.DISMISSED})
    # States of findings no longer followed; a duplicate is followed through its original.
    LEFT_STATES = frozenset({State.DISMISSED, State.DUPLICATE})
    RETESTABLE_STATES = frozenset({State.TO_TEST, State.VERIFIED})

    trial = models.ForeignKey(Trial, verbose_name=_("trial"), on_delete=models.PROTECT, related_name="findings")
    what_happened = models.TextField(
        _("what happened"), max_length=2_000, help_text=_("What you saw or heard. No name of a person.")
    )
    expected = models.TextField(_("what you expected"), max_length=1_000, blank=True)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity)
    # Re-encoded before it is stored, so that no metadata of the original file remains.
    picture = models.FileField(_("picture"), upload_to=random_name, max_length=120, blank=True)
    picture_description = models.CharField(_("what the picture shows"), max_length=255, blank=True)
    picture_width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    picture_height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    is_sensitive = models.BooleanField(
        _("sensitive"),
        default=False,
        help_text=_("A hole in the security, or data of other people. Only the team and the city read it."),
    )
    shows_assistive_technology = models.BooleanField(
        _("the page may say which assistive technology was used"), default=False
    )
    duplicate_of = models.ForeignKey(
        "self",
        verbose_name=_("duplicate of"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="duplicates",
    )
    state = models.CharField(
        pgettext_lazy("finding", "state"),
        max_length=12,
        choices=State,
        default=State.REPORTED,
        editable=False,
        db_index=True,
    )
    # Text of the last change of state: a reason, a note of the team, or the answer of the city.
    state_reason = models.TextField(_("reason"), blank=True, max_length=2_000, editable=False)
    state_changed_at = models.DateTimeField(_("state changed at"), editable=False)
    created_at = models.DateTimeField(_("reported at"), editable=False, db_index=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)
    service = models.ForeignKey(
        CityService,
        verbose_name=_("service that is asked"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="findings",
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    answer_due_on = models.DateField(_("answer due on"), null=True, editable=False, db_index=True)
    # Version or day of the repair, according to the city. The two accounts below cannot verify the repair.
    fixed_in = models.CharField(_("fixed in"), max_length=60, blank=True, editable=False)
    said_fixed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("said to be fixed by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    fixed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("repaired by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    verified_at = models.DateTimeField(_("verified at"), null=True, editable=False, db_index=True)
    returns = models.PositiveSmallIntegerField(_("times it came back"), default=0, editable=False)
    # The tester has been notified of the steps up to this time.
    told_until = models.DateTimeField(null=True, editable=False)

    search_fields: ClassVar = [
        index.SearchField("what_happened"),
        index.SearchField("expected"),
        index.FilterField("state"),
        index.FilterField("created_at"),
    ]

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a trial", "finding")
        verbose_name_plural = pgettext_lazy("of a trial", "findings")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state="doublon", duplicate_of__isnull=False) | ~Q(state="doublon") & Q(duplicate_of=None),
                name="fieldwork_finding_duplicate_of_one",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of=None) | ~Q(duplicate_of=F("id")), name="fieldwork_finding_not_of_itself"
            ),
            models.CheckConstraint(
                condition=Q(state="verifie", verified_at__isnull=False) | ~Q(state="verifie") & Q(verified_at=None),
                name="fieldwork_finding_verified_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("transmis", "dit-corrige", "non-retenu", "a-reverifier", "verifie", "revenu"))
                | Q(service__isnull=False, sent_at__isnull=False, answer_due_on__isnull=False),
                name="fieldwork_finding_sent_to_a_service",
            ),
            models.CheckConstraint(
                condition=~Q(state="dit-corrige") | ~Q(fixed_in=""), name="fieldwork_finding_fixed_in_a_version"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("non-retenu", "ecarte")) | ~Q(state_reason=""),
                name="fieldwork_finding_refused_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"n° {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("fieldwork:finding", args=[self.pk])

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the content shown before a decision: text, picture, severity, state."""
        words = (self.what_happened, self.expected, self.severity, self.state, self.is_sensitive)
        return fingerprint(*words, self.picture.name, self.picture_description)

    @classmethod
    def get_indexed_objects(cls) -> "models.QuerySet[Finding]":
        """Returns the public findings: the search index contains no others, so that a faulty query cannot leak any."""
        return cls.objects.public()

    @property
    def campaign(self) -> CampaignPage:
        return self.trial.campaign

    @property
    def headline(self) -> str:
        """Beginning of `what_happened`, at most 100 characters."""
        return beginning(" ".join(self.what_happened.split()), 100)

    @property
    def says_more(self) -> bool:
        """True if `what_happened` is longer than the headline, regardless of whitespace."""
        return self.headline != " ".join(self.what_happened.split())

    @property
    def assistive_technology_label(self) -> str:
        """Assistive technology used, or "" unless the tester agreed to show it."""
        return str(self.trial.get_assistive_technology_display()) if self.shows_assistive_technology else ""

    @property
    def badge_kind(self) -> str:
        return self.State(self.state).badge_kind

    @property
    def is_public_state(self) -> bool:
        return self.state in self.PUBLIC_STATES

    @property
    def takes_echoes(self) -> bool:
        """False once it is fixed and verified: a new trial tells then that it came back."""
        return self.state != self.State.VERIFIED

    def days_to_verified(self) -> int | None:
        """Returns the days from the report to the verified repair, or None. The time of failed repairs counts."""
        return (self.verified_at - self.created_at).days if self.verified_at else None

    @property
    def picture_kept_until(self) -> datetime | None:
        """Date of erasure of the picture by the rule of `with_spent_picture`, or None if it stays or there is none."""
        is_spent = self.state in self.LEFT_STATES or (self.state == self.State.VERIFIED and self.is_sensitive)
        return self.state_changed_at + PICTURE_KEPT if self.picture and is_spent else None

    @property
    def attached_files(self) -> list[AttachedFile]:
        """Picture of the finding, for the admin screens that precede a decision."""
        if not self.picture:
            return []
        url = reverse("fieldwork:finding_picture", args=[self.pk])
        return [AttachedFile(url, self.picture_description, True, self.picture_width, self.picture_height, "JPG")]

    def set_state(self, state: str, *, reason: str, now: datetime) -> None:
        """Sets a state and the fields that depend on it, without saving."""
        self.state, self.state_reason, self.state_changed_at = state, reason, now
        self.verified_at = now if state == self.State.VERIFIED else None
        if state == self.State.CONFIRMED:
            self.confirmed_at = self.confirmed_at or now
        if state == self.State.CAME_BACK:
            self.returns += 1
