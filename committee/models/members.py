"""Who sits on the committee: seats, members and their mandates."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.search import index


class SeatQuerySet(models.QuerySet):
    def open(self, on: date) -> Self:
        """Seats that exist on the date `on`, their first and last days included, in their order."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


class Seat(models.Model):
    """A place on the committee. One member holds it at a time, and one substitute may take the holder's part."""

    name = models.CharField(_("seat"), max_length=80, unique=True, help_text=_("Example: Residents, seat 3"))
    college = models.CharField(_("college"), max_length=80, blank=True, help_text=_("Example: Residents"))
    starts_on = models.DateField(_("exists from"))
    ends_on = models.DateField(_("exists until"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    panels = [
        FieldPanel("name"),
        FieldPanel("college"),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on"), FieldPanel("order")]),
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


class MemberQuerySet(models.QuerySet):
    def sitting(self, on: date) -> Self:
        """Members who hold a mandate on the date `on`, each once."""
        return self.filter(pk__in=Mandate.objects.current(on).values("member"))


class Member(ClusterableModel, index.Indexed):
    """A person who sits, or sat, on the committee. An account is not needed."""

    name = models.CharField(_("name"), max_length=80, help_text=_("As it is shown on the site, with consent."))
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

    panels = [
        FieldPanel("name"),
        FieldPanel("user"),
        FieldPanel("college"),
        FieldPanel("presentation"),
        InlinePanel("mandates", heading=_("Mandates"), label=_("Mandate"), min_num=1),
    ]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class MandateQuerySet(models.QuerySet):
    def current(self, on: date) -> Self:
        """Mandates that run on the date `on`, their first and last days included."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


class Mandate(models.Model):
    """A role that a member holds for a time."""

    class Role(models.TextChoices):
        """In the order in which members are listed."""

        COORDINATOR = "coordinator", _("Coordinator")
        DEPUTY_COORDINATOR = "deputy-coordinator", _("Deputy coordinator")
        RAPPORTEUR = "rapporteur", _("Rapporteur")
        FACILITATOR = "facilitator", _("Facilitator")
        PARTNERSHIP = "partnership", _("Users' representative at the strategic partnership committee")
        MEMBER = "member", _("Member")
        SUBSTITUTE = "substitute", _("Substitute")

    # The roles that take a seat; the others are offices, which a member holds beside it.
    SEATED = (Role.MEMBER, Role.SUBSTITUTE)

    member = ParentalKey(Member, on_delete=models.CASCADE, related_name="mandates")
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
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}"


@dataclass(frozen=True)
class Sitting:
    """A member who sits: all the roles that this person holds now, the first in rank first, and since when."""

    member: Member
    roles: list[str]
    since: date
    rank: int

    @property
    def has_office(self) -> bool:
        """More than a plain member."""
        return self.rank < Mandate.Role.values.index(Mandate.Role.MEMBER)


def sitting_members(on: date) -> list[Sitting]:
    """Returns the committee on the date `on`, by rank of the roles, then by name. One query."""
    mandates: dict[Member, list[Mandate]] = {}
    for mandate in Mandate.objects.current(on).select_related("member"):
        mandates.setdefault(mandate.member, []).append(mandate)
    found = [_sitting(member, held) for member, held in mandates.items()]
    return sorted(found, key=lambda one: (one.rank, one.member.name.casefold(), one.member.pk))


def _sitting(member: Member, held: list[Mandate]) -> Sitting:
    order = Mandate.Role.values.index
    ranked = sorted(held, key=lambda mandate: order(mandate.role))
    return Sitting(
        member=member,
        roles=list(dict.fromkeys(str(mandate.get_role_display()) for mandate in _worth_saying(ranked))),
        since=min(mandate.starts_on for mandate in held),
        rank=order(ranked[0].role),
    )


def _worth_saying(ranked: list[Mandate]) -> list[Mandate]:
    """An office says that its holder is a member."""
    offices = [mandate for mandate in ranked if mandate.role not in Mandate.SEATED]
    return offices or ranked
