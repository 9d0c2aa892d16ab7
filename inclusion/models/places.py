"""Places of digital help, in the columns of the national schema, and the reports of readers about them."""

import uuid
from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.search import index
from wagtail.search.queryset import SearchableQuerySetMixin

from common.communes import COMMUNES, POINTS, Point
from common.sources import is_web_address
from inclusion.models import codes
from inclusion.models.fields import PipedField
from inclusion.models.hours import MAX_LENGTH, Closure, can_be_read, closures_in, with_closures

# A place that has not been confirmed for this long must be checked.
FRESH_FOR = timedelta(days=365)


def new_identifier() -> str:
    """Returns an identifier for a place added by an editor, which no file contains."""
    return f"comite-{uuid.uuid4().hex[:12]}"


def department_of(insee_code: str, postal_code: str) -> str:
    """Returns the department of an INSEE code, or else of a postal code: « 67 », « 2A », « 974 »."""
    code = insee_code or postal_code
    return code[:3] if code.startswith(("97", "98")) else code[:2]


class PlaceQuerySet(SearchableQuerySetMixin, models.QuerySet):
    def public(self) -> Self:
        """Returns the public places: published, and still in the list that they come from."""
        return self.filter(published_at__isnull=False, left_on=None)

    def to_check(self, today: date) -> Self:
        """Returns the public places confirmed for over a year neither here nor at their source."""
        limit = today - FRESH_FOR
        unsure = Q(checked_on=None) | Q(checked_on__lt=limit)
        return self.public().filter(unsure, Q(updated_on=None) | Q(updated_on__lt=limit))

    def offering(self, services: "tuple[str, ...] | list[str]") -> Self:
        """Returns the places that offer at least one of `services`."""
        condition = Q()
        for service in services:
            condition |= Q(services__has=service)
        return self.filter(condition)

    def free(self) -> Self:
        """Returns the places with some free help."""
        return self.filter(Q(fees__has=codes.FREE) | Q(fees__has=codes.FREE_FOR_SOME))


class Place(index.Indexed, models.Model):
    """Place of help, with the columns of the national schema (`NATIONAL`) under English names.

    It comes from a file (`services/imports.py`) or from an editor. A place that is gone from its file is marked, never
    deleted.
    """

    # Columns of the schema, in its order, with the fields that store them.
    NATIONAL = {
        "id": "identifier",
        "pivot": "pivot",
        "nom": "name",
        "commune": "commune",
        "code_postal": "postal_code",
        "code_insee": "insee_code",
        "adresse": "address",
        "complement_adresse": "address_extra",
        "latitude": "latitude",
        "longitude": "longitude",
        "typologie": "kinds",
        "telephone": "phone",
        "courriels": "emails",
        "site_web": "websites",
        "horaires": "hours",
        "presentation_resume": "summary",
        "presentation_detail": "details",
        "source": "source",
        "itinerance": "itinerancy",
        "structure_parente": "parent_body",
        "date_maj": "updated_on",
        "services": "services",
        "publics_specifiquement_adresses": "audiences",
        "prise_en_charge_specifique": "special_care",
        "frais_a_charge": "fees",
        "dispositif_programmes_nationaux": "programmes",
        "formations_labels": "training_labels",
        "autres_formations_labels": "other_labels",
        "modalites_acces": "access_modes",
        "modalites_accompagnement": "help_modes",
        "fiche_acces_libre": "accessibility_url",
        "prise_rdv": "booking_url",
    }

    identifier = models.CharField(_("identifier"), max_length=150, unique=True, default=new_identifier, editable=False)
    pivot = models.CharField(
        _("SIRET or RNA number"),
        max_length=14,
        blank=True,
        validators=[RegexValidator(r"^(\d{14}|W[0-9A-Z]{9})\Z", _("Write the 14 figures of the SIRET, or the RNA."))],
    )
    name = models.CharField(_("name"), max_length=200)
    commune = models.CharField(_("commune"), max_length=100)
    postal_code = models.CharField(
        _("postal code"), max_length=5, validators=[RegexValidator(r"^\d{5}\Z", _("Write five figures."))]
    )
    insee_code = models.CharField(
        _("INSEE code of the commune"),
        max_length=5,
        blank=True,
        db_index=True,
        validators=[RegexValidator(r"^(\d{2}|2[AB])\d{3}\Z", _("Write the five signs of the INSEE code."))],
        help_text=_("It is by this code that a place is found in its commune."),
    )
    address = models.CharField(_("street and number"), max_length=250, blank=True)
    address_extra = models.CharField(_("more about the address"), max_length=250, blank=True)
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    kinds = PipedField(_("kinds of body"), codes=codes.KINDS)
    phone = models.CharField(_("phone of the counter"), max_length=30, blank=True)
    emails = PipedField(_("e-mail addresses of the counter"), help_text=_("One on each line. Nobody’s own address."))
    websites = PipedField(_("web sites"), help_text=_("One on each line."))
    hours = models.CharField(
        _("opening hours"),
        max_length=MAX_LENGTH,
        blank=True,
        help_text=_("As OpenStreetMap writes them. Example: Mo-Fr 09:00-12:00,14:00-17:00; Sa 09:00-12:00"),
    )
    # Exceptional closure entered by an editor; the hours may contain others.
    closed_from = models.DateField(_("closed from"), null=True, blank=True)
    closed_until = models.DateField(
        _("closed until"), null=True, blank=True, help_text=_("The last day. Leave it empty for a single day.")
    )
    closed_because = models.CharField(
        _("why it is closed"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("Example: works in the room."),
    )
    summary = models.TextField(_("in short"), max_length=500, blank=True)
    details = models.TextField(_("more to know"), max_length=4_000, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    itinerancy = PipedField(_("fixed or moving"), codes=codes.ITINERANCY)
    parent_body = models.CharField(_("parent body"), max_length=200, blank=True)
    updated_on = models.DateField(_("last change at the source"), null=True, blank=True)
    services = PipedField(_("what one is helped with"), codes=codes.SERVICES)
    audiences = PipedField(_("for whom above all"), codes=codes.AUDIENCES)
    special_care = PipedField(_("special care"), codes=codes.SPECIAL_CARE)
    fees = PipedField(_("fees"), codes=codes.FEES)
    programmes = PipedField(_("national programmes"), codes=codes.PROGRAMMES)
    training_labels = PipedField(_("trainings and labels"), codes=codes.TRAINING_LABELS)
    other_labels = PipedField(_("other trainings and labels"), help_text=_("One on each line."))
    access_modes = PipedField(_("how to come"), codes=codes.ACCESS_MODES)
    help_modes = PipedField(_("how one is helped"), codes=codes.HELP_MODES)
    accessibility_url = models.URLField(
        _("page of Acceslibre"), max_length=500, blank=True, validators=[is_web_address]
    )
    booking_url = models.URLField(
        _("address to book an appointment"), max_length=500, blank=True, validators=[is_web_address]
    )

    # List of origin, and a hash of its last row: corrections by editors stay until the row changes.
    listed_in = models.CharField(_("list"), max_length=40, blank=True, editable=False, db_index=True)
    row_hash = models.CharField(_("hash of the row"), max_length=64, blank=True, editable=False)
    left_on = models.DateField(_("left the list on"), null=True, editable=False)
    checked_on = models.DateField(_("confirmed on"), null=True, editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("confirmed by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    published_at = models.DateTimeField(_("published on"), null=True, editable=False, db_index=True)
    is_invented = models.BooleanField(_("invented for the demonstration"), default=False, editable=False)

    search_fields = [
        index.SearchField("name", boost=2),
        index.AutocompleteField("name"),
        index.SearchField("commune"),
        index.SearchField("address"),
        index.SearchField("address_extra"),
        index.SearchField("summary"),
        index.SearchField("word_for_it"),
        index.FilterField("published_at"),
        index.FilterField("left_on"),
    ]

    # Makes a search for the kind together with a name find it.
    word_for_it = "lieu d’aide numérique"

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place of help")
        verbose_name_plural = _("places of help")
        ordering = ["commune", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__isnull=False, longitude__isnull=False),
                name="inclusion_place_both_coordinates",
                violation_error_message=_("Write both the latitude and the longitude, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(closed_until=None) | Q(closed_from__isnull=False, closed_until__gte=F("closed_from")),
                name="inclusion_place_closed_in_order",
                violation_error_message=_("The last day of the closure is its first day or a later one."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("inclusion:place", args=[self.pk])

    def clean(self) -> None:
        """Refuses invalid URLs, and a closure without a first day or with a last day before it.

        Hours are not validated: any text is allowed and shown as it is.
        """
        super().clean()
        for url in self.websites:
            try:
                is_web_address(url)
            except ValidationError as error:
                raise ValidationError({"websites": error.messages}) from error
        if self.closed_from is None and (self.closed_until or self.closed_because):
            raise ValidationError({"closed_from": _("Write the first day of the closure.")})
        if self.closed_from and self.closed_until and self.closed_until < self.closed_from:
            raise ValidationError({"closed_until": _("The last day of the closure is its first day or a later one.")})

    @property
    def is_public(self) -> bool:
        return self.published_at is not None and self.left_on is None

    @property
    def department(self) -> str:
        return department_of(self.insee_code, self.postal_code)

    @property
    def point(self) -> Point | None:
        """Coordinates, or None without an address: such places are listed by commune and not on the plan."""
        return None if self.latitude is None or self.longitude is None else Point(self.latitude, self.longitude)

    @property
    def approximate_point(self) -> Point | None:
        """Coordinates, or else the centre of its commune if that is one of ours. Distances are measured to it."""
        return self.point or POINTS.get(self.insee_code)

    @property
    def commune_name(self) -> str:
        """Name of the commune, in the spelling of this site."""
        return COMMUNES.get(self.insee_code, self.commune)

    @property
    def kind_names(self) -> list[str]:
        """Labels of its kinds, for residents."""
        return [codes.KIND_NAMES[kind] for kind in self.kinds if kind in codes.KIND_NAMES]

    @property
    def hours_are_unclear(self) -> bool:
        """True if its hours are a text that cannot be parsed."""
        return bool(self.hours) and not can_be_read(self.hours)

    @property
    def entered_closures(self) -> list[Closure]:
        """Exceptional closure entered by an editor, if any."""
        if self.closed_from is None:
            return []
        return [Closure(self.closed_from, self.closed_until or self.closed_from, self.closed_because)]

    @property
    def closures(self) -> list[Closure]:
        """All exceptional closures, past ones included: the one entered by an editor and those in the hours."""
        return [*self.entered_closures, *closures_in(self.hours)]

    def hours_with_closures(self, today: date) -> str:
        """Returns the hours, with the entered closure unless it is over, for reuse outside the site."""
        waiting = [closure for closure in self.entered_closures if closure.last >= today]
        return with_closures(self.hours, waiting) if can_be_read(self.hours) else self.hours

    @property
    def confirmed_on(self) -> date | None:
        """Day of the last confirmation, here or at its source."""
        return max((day for day in (self.checked_on, self.updated_on) if day), default=None)

    def needs_check(self, today: date) -> bool:
        """Returns whether it has not been confirmed for a year. `PlaceQuerySet.to_check` is the same in SQL."""
        return self.confirmed_on is None or self.confirmed_on < today - FRESH_FOR


class PlaceReportQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        """Returns the unanswered reports, oldest first."""
        return self.filter(state=PlaceReport.State.WAITING).order_by("created_at", "pk")


class PlaceReport(models.Model):
    """Error about a place reported by a reader, without an account; an e-mail address is optional."""

    class State(models.TextChoices):
        WAITING = "waiting", _("To be looked at")
        CORRECTED = "corrected", _("Corrected")
        RIGHT = "right", _("Nothing to correct")

    place = models.ForeignKey(Place, verbose_name=_("place of help"), on_delete=models.CASCADE, related_name="reports")
    # Idempotency key: a form submitted twice creates one report.
    key = models.UUIDField(_("key"), unique=True, default=uuid.uuid4, editable=False)
    text = models.TextField(_("what is wrong"), max_length=1_000)
    email = models.EmailField(_("e-mail address"), blank=True)
    created_at = models.DateTimeField(_("sent on"), editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING, db_index=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("answered on"), null=True, editable=False)

    objects = PlaceReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a reader")
        verbose_name_plural = _("reports of readers")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at=None) | (~Q(state="waiting") & Q(answered_at__isnull=False)),
                name="inclusion_placereport_answered",
            )
        ]

    def __str__(self) -> str:
        return str(self.place)

    def get_absolute_url(self) -> str:
        return self.place.get_absolute_url()
