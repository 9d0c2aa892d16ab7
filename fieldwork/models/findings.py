"""Findings: what went wrong in a trial, and the one table of the states through which it goes until it is repaired."""

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
from fieldwork.models.campaigns import CampaignPage
from fieldwork.models.trials import Trial
from participation.models import CityService
from participation.models.deadlines import AwaitsAnswer

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

FOLDER = "constats"
# How long a picture that nobody needs any more is kept: the time to come back to a decision.
PICTURE_KEPT = timedelta(days=90)


def random_name(finding: "Finding", filename: str) -> str:
    """Returns the path of the picture in storage: nothing of the name that a person gave it is left."""
    return f"{FOLDER}/{uuid.uuid4().hex}.jpg"


class FindingQuerySet(SearchableQuerySetMixin, models.QuerySet):
    def public(self) -> Self:
        """What anyone may read: confirmed by the team, not sensitive, in a campaign that anyone may read."""
        return self.filter(
            state__in=Finding.PUBLIC_STATES,
            is_sensitive=False,
            trial__scenario__campaign__in=CampaignPage.objects.published().values("pk"),
        )

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """What `user` may read on the site: what is public, and their own. A sensitive one nobody, not even its tester.

        Every surface calls this rule: page, list, search, feed, export, mail. The admin asks `permissions`, which adds
        what the team and the services follow.
        """
        if not user.is_authenticated:
            return self.public()
        public = Finding.objects.public().order_by().values("pk")
        return self.filter(Q(pk__in=public) | Q(trial__tester=user, is_sensitive=False))

    def of_campaign(self, campaign: CampaignPage) -> Self:
        return self.filter(trial__scenario__campaign=campaign)

    def with_context(self) -> Self:
        """Reads in the same query the trial, its scenario, its campaign and the service that is asked."""
        return self.select_related("trial__scenario__campaign", "trial__tester", "service")

    def waiting_for_city(self) -> Self:
        """Those whose clock runs: sent, without an answer."""
        return self.filter(state__in=Finding.WAITING_STATES)

    def with_spent_picture(self) -> Self:
        """Those whose picture nobody needs to repair anything: set aside, told before, or sensitive and verified."""
        spent = Q(state__in=Finding.LEFT_STATES) | Q(state=Finding.State.VERIFIED, is_sensitive=True)
        return self.filter(spent).exclude(picture="")

    def overdue(self, today: date) -> Self:
        """Those that the service should have answered before `today`, the oldest promise first."""
        return self.waiting_for_city().filter(answer_due_on__lt=today).order_by("answer_due_on", "pk")


class Finding(index.Indexed, AwaitsAnswer, models.Model):
    """Something that hindered a tester. It moves by the table `TRANSITIONS`; `services` does it, `steps` keeps it.

    A sensitive one, a hole in the security for example, is for the coordinators and the service of the city alone.
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
            """Kind of badge for the state."""
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

    # From each state, the states that may come next. Who may lead there is in `permissions.STATES_OF_ROLE`.
    TRANSITIONS: ClassVar[dict[State, frozenset[State]]] = {
        State.REPORTED: frozenset({State.CONFIRMED, State.DISMISSED, State.DUPLICATE}),
        State.CONFIRMED: frozenset({State.SENT, State.DISMISSED, State.DUPLICATE}),
        State.SENT: frozenset({State.SAID_FIXED, State.WILL_NOT_FIX, State.DUPLICATE}),
        State.SAID_FIXED: frozenset({State.TO_TEST}),
        State.WILL_NOT_FIX: frozenset({State.TO_TEST}),
        State.TO_TEST: frozenset({State.VERIFIED, State.CAME_BACK}),
        State.VERIFIED: frozenset({State.CAME_BACK}),
        State.CAME_BACK: frozenset({State.SENT}),
        # A decision of the team that was a mistake.
        State.DISMISSED: frozenset({State.CONFIRMED}),
        State.DUPLICATE: frozenset({State.CONFIRMED}),
    }
    # What the team read and stands by: that makes a finding public.
    PUBLIC_STATES = frozenset(
        {
            *(State.CONFIRMED, State.SENT, State.SAID_FIXED, State.WILL_NOT_FIX),
            *(State.TO_TEST, State.VERIFIED, State.CAME_BACK),
        }
    )
    # Sent, without an answer: the clock runs.
    WAITING_STATES = (State.SENT,)
    # What the service of the city knows of: sent once.
    SENT_STATES = PUBLIC_STATES - {State.CONFIRMED}
    # States that need words: who reported, and readers, are told why.
    NEGATIVE_STATES = frozenset({State.WILL_NOT_FIX, State.DISMISSED})
    FIXED_STATES = frozenset({State.SAID_FIXED, State.VERIFIED})
    # Those that nobody follows any more: another one is followed, or none.
    LEFT_STATES = frozenset({State.DISMISSED, State.DUPLICATE})
    RETESTABLE_STATES = frozenset({State.TO_TEST, State.VERIFIED})

    trial = models.ForeignKey(Trial, verbose_name=_("trial"), on_delete=models.PROTECT, related_name="findings")
    what_happened = models.TextField(
        _("what happened"), max_length=2_000, help_text=_("What you saw or heard. No name of a person.")
    )
    expected = models.TextField(_("what you expected"), max_length=1_000, blank=True)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity)
    # A picture is drawn again before it is kept: nothing of its file is left but what one sees.
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
    # What was said with the last change of state: a reason, a note of the team, the answer of the city.
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
    # What the city says: in which version, or from which day on. Who said so and who repaired it cannot verify it.
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
    # Up to which moment its tester was told of its steps.
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
        """Digest of what the team reads before a decision: words, picture, severity, state."""
        words = (self.what_happened, self.expected, self.severity, self.state, self.is_sensitive)
        return fingerprint(*words, self.picture.name, self.picture_description)

    @classmethod
    def get_indexed_objects(cls) -> "models.QuerySet[Finding]":
        """Search holds what anyone may read, so that a mistake in a query cannot show more."""
        return cls.objects.public()

    @property
    def campaign(self) -> CampaignPage:
        return self.trial.campaign

    @property
    def headline(self) -> str:
        """What happened, in a few words."""
        return beginning(" ".join(self.what_happened.split()), 100)

    @property
    def says_more(self) -> bool:
        """What happened is longer than the headline; blanks count for nothing."""
        return self.headline != " ".join(self.what_happened.split())

    @property
    def assistive_technology_label(self) -> str:
        """Which assistive technology was used, if the tester agreed that the page says it."""
        return str(self.trial.get_assistive_technology_display()) if self.shows_assistive_technology else ""

    @property
    def badge_kind(self) -> str:
        return self.State(self.state).badge_kind

    @property
    def is_public_state(self) -> bool:
        return self.state in self.PUBLIC_STATES

    def can_become(self, state: str) -> bool:
        """Says whether the transition table allows `state` next."""
        return state in self.TRANSITIONS[self.State(self.state)]

    def days_to_verified(self) -> int | None:
        """Days from the report to the verified repair, None while there is none. A return makes it longer."""
        return (self.verified_at - self.created_at).days if self.verified_at else None

    @property
    def picture_kept_until(self) -> datetime | None:
        """When its picture is erased, as `with_spent_picture` says; None while it stays, and where there is none."""
        is_spent = self.state in self.LEFT_STATES or (self.state == self.State.VERIFIED and self.is_sensitive)
        return self.state_changed_at + PICTURE_KEPT if self.picture and is_spent else None

    @property
    def attached_files(self) -> list[AttachedFile]:
        """Its picture, as the screens of the admin show it before a decision."""
        if not self.picture:
            return []
        url = reverse("fieldwork:finding_picture", args=[self.pk])
        return [AttachedFile(url, self.picture_description, True, self.picture_width, self.picture_height, "JPG")]

    def set_state(self, state: str, *, reason: str, now: datetime) -> None:
        """Writes a new state, and what follows from it, on the object; nothing is saved."""
        self.state, self.state_reason, self.state_changed_at = state, reason, now
        self.verified_at = now if state == self.State.VERIFIED else None
        if state == self.State.CONFIRMED:
            self.confirmed_at = self.confirmed_at or now
        if state == self.State.CAME_BACK:
            self.returns += 1
