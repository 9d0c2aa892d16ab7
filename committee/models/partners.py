"""Partner bodies in which the committee represents users: subjects brought to them, and their answers."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.forms import NumberInput
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable
from wagtail.search import index

from cms.blocks import BodyBlock
from cms.fields import BodyField, NumberKey
from cms.hooks import HookedPanels
from cms.models import BasePage, CustomDocument
from committee.hooks import ROW_PANELS_HOOK, RelatedItem, related_to_rows
from committee.models.members import Mandate, Member
from committee.models.register import RegisterEntry
from committee.models.websites import WithWebsite


class PartnerBodyPage(BasePage, WithWebsite):
    """Page of a partner body, such as the development council, at `/le-comite/<slug>/`.

    The representatives of users are taken from mandates, as for every office.
    """

    class Office(models.TextChoices):
        """Offices of `Mandate.Role` that represent users elsewhere."""

        PARTNERSHIP = Mandate.Role.PARTNERSHIP.value, Mandate.Role.PARTNERSHIP.label
        DEVELOPMENT_COUNCIL = Mandate.Role.DEVELOPMENT_COUNCIL.value, Mandate.Role.DEVELOPMENT_COUNCIL.label

    office = models.CharField(
        _("who represents the users there"),
        max_length=20,
        choices=Office,
        blank=True,
        help_text=_("The page shows the members who hold this office today. Their mandates say who they are."),
    )
    body = BodyField(BodyBlock(), verbose_name=_("what it is"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("website"),
        FieldPanel("office"),
        FieldPanel("body"),
        InlinePanel("referrals", heading=_("What was brought to it"), label=_("Subject")),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("body"),
        index.RelatedFields("referrals", [index.SearchField("text"), index.SearchField("answer")]),
    ]
    parent_page_types = ["committee.CommitteePage"]
    subpage_types: list[str] = []
    template = "committee/partner_body_page.html"

    class Meta:
        verbose_name = _("body where users are represented")
        verbose_name_plural = _("bodies where users are represented")

    def representatives(self, on: date) -> list[Member]:
        """Returns the members who hold the office on the date `on`, by name. At most one query."""
        if not self.office:
            return []
        held = Mandate.objects.current(on).filter(role=self.office).order_by("member__name").select_related("member")
        return [mandate.member for mandate in held]

    def brought(self, request: HttpRequest) -> list[tuple["Referral", CustomDocument | None, list[RelatedItem]]]:
        """Returns the rows in order, each with its public document and its public related items.

        Works in a preview, with unsaved rows.
        """
        rows = list(self.referrals.all())
        files = CustomDocument.objects.published().in_bulk([row.document_id for row in rows if row.document_id])
        decision_pks = [row.decision_id for row in rows if row.decision_id]
        decisions = RegisterEntry.objects.readable().in_bulk(decision_pks, field_name="number") if decision_pks else {}
        return [
            (row, files.get(row.document_id), [*decision_of(decisions.get(row.decision_id)), *related])
            for row, related in zip(rows, related_to_rows(rows, request), strict=True)
        ]

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict[str, Any]:
        """Adds the representatives, named or only counted, and the subjects brought."""
        representatives = self.representatives(timezone.localdate())
        return {
            **super().get_context(request, *args, **kwargs),
            "named": [member for member in representatives if member.is_named],
            "unnamed": sum(not member.is_named for member in representatives),
            "brought": self.brought(request),
        }


def decision_of(entry: RegisterEntry | None) -> list[RelatedItem]:
    """Returns the link to a decision of the register, if there is one and it is readable."""
    if entry is None:
        return []
    title = _("Register of decisions, no. %(number)s") % {"number": entry.number}
    return [RelatedItem(title=str(title), url=entry.get_absolute_url())]


class Referral(Orderable, ClusterableModel):
    """Subject brought to a body, with its answer. Apps keep their own links to it: proposals."""

    page = ParentalKey(PartnerBodyPage, on_delete=models.CASCADE, related_name="referrals")
    text = models.CharField(
        _("what was brought"), max_length=300, help_text=_("One sentence. Example: A duration on each procedure.")
    )
    brought_on = models.DateField(_("brought on"))
    # Entries are never deleted.
    decision = NumberKey(
        RegisterEntry,
        to_field="number",
        verbose_name=_("number of the decision"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": RegisterEntry.Kind.DECISION},
        help_text=_("If the committee decided it: its number in the register of decisions."),
        error_messages={"invalid_choice": _("Write the number of a decision of the register.")},
    )
    answer = models.TextField(_("what was answered"), max_length=600, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    document = models.ForeignKey(
        "cms.CustomDocument",
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The file that was handed over, or that holds the answer, if there is one."),
    )

    panels = [
        FieldPanel("text"),
        FieldRowPanel([FieldPanel("brought_on"), FieldPanel("decision", widget=NumberInput)]),
        FieldPanel("answer"),
        FieldPanel("answered_on"),
        FieldPanel("document"),
        HookedPanels(hook=ROW_PANELS_HOOK),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("subject brought to a body")
        verbose_name_plural = _("subjects brought to a body")

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        """Refuses a day of answer without a text, and an answer dated before the question."""
        super().clean()
        if self.answered_on and not self.answer:
            raise ValidationError({"answer": _("Write what was answered, or empty the day of the answer.")})
        if self.answered_on and self.brought_on and self.answered_on < self.brought_on:
            raise ValidationError({"answered_on": _("Write a day that comes after the one on which it was brought.")})
