"""Who sits on the committee: members and their mandates."""

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

    member = ParentalKey(Member, on_delete=models.CASCADE, related_name="mandates")
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.MEMBER)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    panels = [FieldPanel("role"), FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")])]

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="committee_mandate_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}"


@dataclass(frozen=True)
class Seat:
    """A member who sits: all the roles that this person holds now, the first in rank first, and since when."""

    member: Member
    roles: list[str]
    since: date
    rank: int

    @property
    def has_office(self) -> bool:
        """More than a plain member."""
        return self.rank < Mandate.Role.values.index(Mandate.Role.MEMBER)


def sitting_members(on: date) -> list[Seat]:
    """Returns the committee on the date `on`, by rank of the roles, then by name. One query."""
    mandates: dict[Member, list[Mandate]] = {}
    for mandate in Mandate.objects.current(on).select_related("member"):
        mandates.setdefault(mandate.member, []).append(mandate)
    seats = [_seat(member, held) for member, held in mandates.items()]
    return sorted(seats, key=lambda seat: (seat.rank, seat.member.name.casefold(), seat.member.pk))


def _seat(member: Member, held: list[Mandate]) -> Seat:
    order = Mandate.Role.values.index
    ranked = sorted(held, key=lambda mandate: order(mandate.role))
    return Seat(
        member=member,
        roles=list(dict.fromkeys(str(mandate.get_role_display()) for mandate in ranked)),
        since=min(mandate.starts_on for mandate in held),
        rank=order(ranked[0].role),
    )
