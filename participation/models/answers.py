"""Official answers of city services, their templates, and the services."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.models import PreviewableMixin

from accounts.models import AnyUser
from common import markdown
from common.charts.values import Tone
from common.placeholders import UNNAMED, placeholders_in
from participation.hooks import ANSWER_PREVIEW_HOOK, registered
from participation.models.proposals import Proposal

State = Proposal.State
DECISIONS = [(state.value, state.label) for state in Proposal.ANSWERED_STATES]
REASONS_MAX_LENGTH = 5_000


class CityService(models.Model):
    """City service that receives proposals, signs answers, and gets reminders at its address."""

    name = models.CharField(
        _("name of the service"), max_length=120, unique=True, help_text=_("For example: Direction of libraries.")
    )
    contact_email = models.EmailField(
        _("contact address"), help_text=_("Reminders are sent there. It is never shown on the site.")
    )
    # Agents: they see the rows of their services first, and sign as these only. Not shown on the site.
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("agents"),
        blank=True,
        related_name="city_services",
        help_text=_("They see what waits for this service first, and sign as their own services only."),
    )

    class Meta:
        verbose_name = _("service of the city")
        verbose_name_plural = _("services of the city")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AnswerTemplate(models.Model):
    """Text for similar cases: prefills the form of a new answer, to be edited."""

    name = models.CharField(_("name of the template"), max_length=120, help_text=_("For example: Already exists."))
    decision = models.CharField(_("decision"), max_length=20, choices=DECISIONS, blank=True)
    reasons = models.TextField(
        _("reasons"),
        max_length=REASONS_MAX_LENGTH,
        help_text=_(
            "Where a part differs from case to case, write [à compléter : the place], for example. "
            "An answer is published only once all of them are filled in."
        ),
    )
    next_steps = models.TextField(_("what happens next"), max_length=2_000, blank=True)

    class Meta:
        verbose_name = _("template of an answer")
        verbose_name_plural = _("templates of answers")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuses three dots in place of a word: only a marked placeholder prevents publication."""
        super().clean()
        sentence = _("Write “[à compléter : what is missing]” in the place of “…”.")
        unmarked = [name for name in ("reasons", "next_steps") if UNNAMED.search(getattr(self, name))]
        if unmarked:
            raise ValidationError(dict.fromkeys(unmarked, sentence))


class OfficialAnswerQuerySet(models.QuerySet):
    def public(self) -> Self:
        """Returns the public answers: published, and about a public proposal."""
        return self.filter(status=OfficialAnswer.Status.PUBLISHED, proposal__state__in=Proposal.PUBLIC_STATES)

    def visible_to(self, user: AnyUser) -> Self:
        """Returns the public answers, and published ones to the user's own proposals. All views use this rule."""
        if not user.is_authenticated:
            return self.public()
        return self.filter(
            Q(proposal__state__in=Proposal.PUBLIC_STATES) | Q(proposal__in=Proposal.objects.of(user).values("pk")),
            status=OfficialAnswer.Status.PUBLISHED,
        )

    def newest(self) -> Self:
        """Returns the newest answer of each proposal, the latest first."""
        return self.filter(published_at=F("proposal__answered_at")).order_by("-published_at", "-pk")

    def due(self, now: datetime) -> Self:
        """Returns the scheduled answers that are due at `now`, the oldest first."""
        return self.filter(status=OfficialAnswer.Status.SCHEDULED, publish_at__lte=now).order_by("publish_at", "pk")


class OfficialAnswer(PreviewableMixin, models.Model):
    """Decision of a service about a proposal, with its reasons.

    A proposal may receive several in a row. A draft is visible to services only; a published answer never changes,
    and is corrected by a further one.
    """

    class Status(models.TextChoices):
        DRAFT = "brouillon", _("Draft")
        SCHEDULED = "programmee", _("Scheduled")
        PUBLISHED = "publiee", _("Published")

    proposal = models.ForeignKey(
        Proposal,
        verbose_name=_("proposal"),
        on_delete=models.CASCADE,
        related_name="answers",
        limit_choices_to={"state__in": Proposal.ANSWERABLE_STATES},
        error_messages={"invalid_choice": _("Choose a proposal that can be answered.")},
    )
    decision = models.CharField(_("decision"), max_length=20, choices=DECISIONS)
    reasons = models.TextField(
        _("reasons"),
        max_length=REASONS_MAX_LENGTH,
        help_text=_(
            "Say why, in short sentences. Residents, not specialists, read this. "
            "A line that begins with “- ” is an item of a list, **two stars** make words bold, "
            "and an address becomes a link: https://… or [words](https://…)."
        ),
    )
    next_steps = models.TextField(
        _("what happens next"),
        max_length=2_000,
        blank=True,
        help_text=_("Who does what, and when. For example: the first workshop opens in March."),
    )
    # Empty for answers older than services, which were given by the committee.
    service = models.ForeignKey(
        CityService,
        verbose_name=_("service that signs"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="answers",
        help_text=_("A draft may wait for its signature. A published answer has one."),
    )
    signed_as = models.CharField(
        _("position of the person who signs"),
        max_length=120,
        blank=True,
        help_text=_("For example: head of the service. Do not write a name."),
    )
    # False for texts older than lists, bold and links (`common.markdown`): they keep their look.
    has_marks = models.BooleanField(_("has marks"), default=True, db_default=False, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False, db_index=True
    )
    publish_at = models.DateTimeField(_("to be published on"), null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False, db_index=True)
    # Reason why a scheduled answer could not be published and became a draft again.
    problem = models.CharField(_("problem"), max_length=200, blank=True, editable=False)
    # User who wrote or scheduled it. Not shown outside the admin.
    writer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)

    objects = OfficialAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("official answer")
        verbose_name_plural = _("official answers")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="publiee", published_at__isnull=False)
                | (~Q(status="publiee") & Q(published_at__isnull=True)),
                name="participation_answer_published_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(status="programmee") | Q(publish_at__isnull=False),
                name="participation_answer_scheduled_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return str(_("answer to no. %(number)s")) % {"number": self.proposal_id}

    def get_absolute_url(self) -> str:
        return f"{self.proposal.get_absolute_url()}#{self.anchor}"

    def clean(self) -> None:
        """Refuses a decision that cannot follow the state of the proposal."""
        super().clean()
        if self.proposal_id and self.decision and not self.can_be_published:
            raise ValidationError(
                {"decision": _("This decision cannot follow the present state of the proposal: choose another one.")}
            )

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_scheduled(self) -> bool:
        return self.status == self.Status.SCHEDULED

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def can_be_published(self) -> bool:
        """True if the decision is the current state of the proposal, or may follow it."""
        return self.proposal.state == self.decision or self.proposal.can_become(self.decision)

    @property
    def placeholders(self) -> list[str]:
        """Placeholders of the template that were not filled in."""
        return placeholders_in(self.reasons, self.next_steps, self.signed_as)

    @property
    def is_signed(self) -> bool:
        return bool(self.service_id and self.signed_as)

    @property
    def plain_reasons(self) -> str:
        """Reasons as plain text: for files, mails and cards."""
        return markdown.plain(self.reasons) if self.has_marks else self.reasons

    @property
    def plain_next_steps(self) -> str:
        return markdown.plain(self.next_steps) if self.has_marks else self.next_steps

    @property
    def badge_kind(self) -> str:
        return Proposal.TONES[State(self.decision)] if self.decision else Tone.WAITING

    @property
    def signature(self) -> str:
        """Signature: the service, then the position of the signer, unless it repeats the service."""
        service = str(self.service or "")
        if self.signed_as.strip().casefold().startswith(service.casefold()):
            return self.signed_as or service
        return ", ".join(part for part in (service, self.signed_as) if part)

    @property
    def anchor(self) -> str:
        return f"reponse-{self.pk or 'nouvelle'}"

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Renders the page of the proposal as it will be after publication of this answer."""
        response: HttpResponse = registered(ANSWER_PREVIEW_HOOK)(request, answer=self)
        return response

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "participation/proposal.html"
