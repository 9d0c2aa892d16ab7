"""Seats, members and their mandates."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel
from wagtail.search import index
from wagtail.search.queryset import SearchableQuerySetMixin

from committee.models.mandate_forms import LAST_DAY_WANTED, MandatesPanel
from committee.models.naming_consent import NAMING_PANEL, Naming, NamingConsent
from committee.models.periods import PeriodQuerySet
from committee.models.portraits import Portrait, PortraitChoice
from committee.models.private_contact import PRIVATE_CONTACT_PANEL, PrivateContact
from common.templatetags.dates import days, short_day


def member_unnamed() -> str:
    """Returns the text that replaces the name of a member who did not agree to be named."""
    return gettext("a member of the committee")


class SeatQuerySet(PeriodQuerySet):
    """Seats, filtered by the days on which they exist."""


class Seat(models.Model):
    """Seat of the committee, with one holder and one substitute at a time."""

    name = models.CharField(_("seat"), max_length=80, unique=True, help_text=_("Example: Residents, seat 3"))
    college = models.CharField(_("college"), max_length=80, blank=True, help_text=_("Example: Residents"))
    starts_on = models.DateField(_("exists from"))
    ends_on = models.DateField(_("exists until"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    panels = [
        FieldPanel("name"),
        FieldPanel("college"),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on"), FieldPanel("order")]),
        HelpPanel(template="committee/admin/seat_history.html", heading=_("Who filled it")),
    ]

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="committee_seat_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def history(self) -> "MandateQuerySet":
        """All mandates on this seat, the latest first."""
        return self.mandates.select_related("member").order_by("-starts_on", "-pk")


class MemberQuerySet(SearchableQuerySetMixin, models.QuerySet):
    def with_naming(self, naming: str) -> Self:
        """Returns the members with this answer, as `Member.naming` does for one."""
        if naming == Naming.AGREED:
            return self.filter(is_named=True)
        return self.filter(is_named=False, declines_naming=naming == Naming.DECLINED)

    def sitting(self, on: date) -> Self:
        """Returns the members who hold a mandate on the date `on`, without duplicates."""
        return self.filter(pk__in=Mandate.objects.current(on).values("member"))

    def sitting_or_to_come(self, on: date) -> Self:
        """Returns the members who hold a mandate on the date `on` or later, without duplicates."""
        return self.filter(pk__in=Mandate.objects.not_over(on).values("member"))

    def named_on(self, on: date) -> Self:
        """Returns the members who sit on the date `on` and agree to be named on the site."""
        return self.sitting(on).filter(is_named=True)

    def sitting_as(self, user: Any, on: date) -> "Member | None":
        """Returns the member with the account `user` if they have a mandate on the date `on`. At most one query."""
        member = Member.objects.sitting(on).filter(user=user).first() if user.is_authenticated else None
        if member:
            # Reuses the known account, which would otherwise be queried again.
            member.user = user
        return member


class Member(NamingConsent, PrivateContact, ClusterableModel, index.Indexed):
    """Person who sits, or sat, on the committee, with or without an account."""

    name = models.CharField(
        _("name"), max_length=80, help_text=_("As the other members read it; the site shows it with consent only.")
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="member",
    )
    college = models.CharField(_("college"), max_length=80, blank=True, help_text=_("Example: Residents"))
    presentation = models.TextField(_("presentation"), max_length=400, blank=True)
    photo = models.ForeignKey(
        "cms.CustomImage",
        verbose_name=_("photo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Given by the person, who agrees that the site shows it. Optional."),
    )
    portrait = models.CharField(
        _("drawn portrait"),
        max_length=20,
        choices=Portrait,
        default=Portrait.HOUSE,
        db_default=Portrait.HOUSE,
        help_text=_("Shown where there is no photo. The member chooses it, here or in the members’ area."),
    )
    # Kept only while its owner shows it to the other members: see `committee/directory/`.
    phone = models.CharField(_("phone"), max_length=20, blank=True, default="", db_default="", editable=False)
    # The person deleted the account while sitting: the name is erased at the end of the mandate.
    is_leaving = models.BooleanField(default=False, db_default=False, editable=False)

    panels = [
        FieldPanel("name"),
        FieldPanel("user"),
        FieldPanel("college"),
        FieldPanel("presentation"),
        NAMING_PANEL,
        MandatesPanel("mandates", heading=_("Mandates"), label=_("Mandate"), help_text=LAST_DAY_WANTED),
        FieldPanel("portrait", widget=PortraitChoice),
        PRIVATE_CONTACT_PANEL,
    ]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(named_since__isnull=True) | Q(is_named=True),
                name="committee_member_named_since_a_consent",
                violation_error_message=_("Tick that the person agrees, or empty the day."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """Public name: the name with consent, "a member of the committee" without."""
        return self.name if self.is_named else member_unnamed()

    @property
    def shown_photo(self) -> Any:
        """Public photo: none without consent to be named."""
        return self.photo if self.is_named else None

    @property
    def shown_portrait(self) -> str:
        """Public drawing: the chosen one, or the neutral house without consent to be named."""
        return self.portrait if self.is_named else Portrait.HOUSE


class MandateQuerySet(PeriodQuerySet):
    """Mandates, filtered by the days that they include."""

    def without_last_day(self) -> Self:
        """Returns the mandates without a last day."""
        return self.filter(ends_on__isnull=True)


class Mandate(models.Model):
    """Role that a member holds from a day, until a day or without an end."""

    class Role(models.TextChoices):
        """Roles, in the order in which members are listed."""

        COORDINATOR = "coordinator", _("Coordinator")
        DEPUTY_COORDINATOR = "deputy-coordinator", _("Deputy coordinator")
        RAPPORTEUR = "rapporteur", _("Rapporteur")
        FACILITATOR = "facilitator", _("Facilitator")
        PARTNERSHIP = "partnership", _("Users' representative at the strategic partnership committee")
        DEVELOPMENT_COUNCIL = "development-council", _("Users' representative at the development council")
        MEMBER = "member", _("Member")
        SUBSTITUTE = "substitute", _("Substitute")

    # Roles with a seat; the others are offices, held in addition.
    SEATED = (Role.MEMBER, Role.SUBSTITUTE)
    # Offices with one holder at a time.
    SOLE = (Role.COORDINATOR, Role.DEPUTY_COORDINATOR)

    member = ParentalKey(Member, on_delete=models.PROTECT, related_name="mandates")
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.MEMBER)
    seat = models.ForeignKey(
        Seat,
        verbose_name=_("seat"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mandates",
        help_text=_("For a member and for a substitute: the seat that they fill. An office has none."),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    panels = [
        FieldRowPanel([FieldPanel("role"), FieldPanel("seat")]),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
    ]

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="committee_mandate_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(role="member")
                | Q(role="substitute", seat__isnull=False)
                | (~Q(role__in=["member", "substitute"]) & Q(seat__isnull=True)),
                name="committee_mandate_seat_fits_role",
            ),
            # Only mandates without an end; `clash_with` compares the others too.
            models.UniqueConstraint(
                fields=["seat", "role"],
                condition=Q(ends_on__isnull=True, seat__isnull=False),
                name="committee_mandate_one_of_a_role_on_a_seat",
            ),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(ends_on__isnull=True, role__in=["member", "substitute"]),
                name="committee_mandate_one_seat_for_a_person",
            ),
            models.UniqueConstraint(
                fields=["member", "role"],
                condition=Q(ends_on__isnull=True),
                name="committee_mandate_an_office_once",
            ),
            models.UniqueConstraint(
                fields=["role"],
                condition=Q(ends_on__isnull=True, role__in=["coordinator", "deputy-coordinator"]),
                name="committee_mandate_sole_offices",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}"

    def clean(self) -> None:
        """Raises `ValidationError` with a sentence for what the check constraints refuse."""
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("Write a last day that comes after the first.")})
        if self.role == self.Role.SUBSTITUTE and self.seat_id is None:
            raise ValidationError({"seat": _("Choose the seat whose holder this person stands in for.")})
        if self.role not in self.SEATED and self.seat_id is not None:
            reason = _("An office has no seat. Empty this field, and add a mandate of member for the seat.")
            raise ValidationError({"seat": reason})

    def get_constraints(self) -> list:
        """Leaves out unique constraints: one form may end a mandate and begin the next (`MandateFormSet`)."""
        return [
            (model, [constraint for constraint in constraints if not isinstance(constraint, models.UniqueConstraint)])
            for model, constraints in super().get_constraints()
        ]

    @property
    def period(self) -> str:
        """« du 1er janvier au 31 décembre 2020 », « à partir du 1er janvier 2020 »."""
        if self.ends_on:
            return days(self.starts_on, self.ends_on)
        return gettext("from %(date)s on") % {"date": short_day(self.starts_on)}

    @property
    def in_words(self) -> str:
        """« Membre, Habitants, siège 3, du 1er janvier au 31 décembre 2020 »."""
        parts = (self.get_role_display(), str(self.seat or ""), self.period)
        return ", ".join(part for part in parts if part)

    def overlaps(self, other: "Mandate") -> bool:
        """Returns whether both mandates include a common day."""
        begins_in_time = other.ends_on is None or self.starts_on <= other.ends_on
        return begins_in_time and (self.ends_on is None or other.starts_on <= self.ends_on)

    def clash_with(self, other: "Mandate", *, same_person: bool) -> tuple[str, str] | None:
        """Returns the field and the sentence that refuse this mandate beside `other`; None if both may run."""
        if not self.overlaps(other):
            return None
        facts = {"name": other.member.name, "period": other.period}
        if same_person and self.role in self.SEATED and other.role in self.SEATED:
            message = gettext("One person fills one seat at a time. This one fills another already: %(period)s.")
            return "starts_on", message % facts
        if same_person and self.role == other.role:
            return "starts_on", gettext("This person holds this office already: %(period)s.") % facts
        if self.role != other.role or same_person:
            return None
        if self.seat_id is not None and self.seat_id == other.seat_id:
            message = (
                gettext("%(name)s holds this seat already: %(period)s. End that mandate first, or choose another seat.")
                if self.role == self.Role.MEMBER
                else gettext(
                    "%(name)s is the substitute on this seat already: %(period)s. "
                    "End that mandate first, or choose another seat."
                )
            )
            return "seat", message % facts
        if self.role in self.SOLE:
            message = gettext("One person at a time: %(name)s holds this office, %(period)s. End that mandate first.")
            return "role", message % facts
        return None


def includes(row: Seat | Mandate, day: date) -> bool:
    """Returns whether `row` includes `day`, as `PeriodQuerySet.current` does for a queryset."""
    return row.starts_on <= day and (row.ends_on is None or day <= row.ends_on)


def lock_mandates() -> None:
    """Locks one row for all writers of mandates, until the end of the transaction.

    A mandate is compared with all others, including those that another editor is about to insert, which have no row
    to lock yet.
    """
    kind = ContentType.objects.get_for_model(Mandate)
    ContentType.objects.select_for_update(no_key=True).get(pk=kind.pk)


@dataclass(frozen=True)
class Sitting:
    """Member who sits, with all current roles by rank, and the first day of the current mandates."""

    member: Member
    roles: list[str]
    since: date
    rank: int

    @property
    def has_office(self) -> bool:
        """True if one of the roles is an office."""
        return self.rank < Mandate.Role.values.index(Mandate.Role.MEMBER)


def sitting_members(on: date) -> list[Sitting]:
    """Returns the sitting members on the date `on`, by rank, then by name. One query, two with photos."""
    mandates: dict[Member, list[Mandate]] = {}
    running = Mandate.objects.current(on).select_related("member__photo")
    for mandate in running.prefetch_related("member__photo__renditions"):
        mandates.setdefault(mandate.member, []).append(mandate)
    sitting = [_sitting(member, held) for member, held in mandates.items()]
    return sorted(sitting, key=lambda entry: (entry.rank, entry.member.name.casefold(), entry.member.pk))


def _sitting(member: Member, held: list[Mandate]) -> Sitting:
    order = Mandate.Role.values.index
    ranked = sorted(held, key=lambda mandate: order(mandate.role))
    return Sitting(
        member=member,
        roles=list(dict.fromkeys(str(mandate.get_role_display()) for mandate in _displayed_roles(ranked))),
        since=min(mandate.starts_on for mandate in held),
        rank=order(ranked[0].role),
    )


def _displayed_roles(ranked: list[Mandate]) -> list[Mandate]:
    """Returns the offices, or the seat without any: an office implies a seat."""
    offices = [mandate for mandate in ranked if mandate.role not in Mandate.SEATED]
    return offices or ranked
