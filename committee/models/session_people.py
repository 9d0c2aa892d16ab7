"""Workshop groups and experts of a session."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable

from cms.hooks import HookedPanels
from committee.hooks import ROW_PANELS_HOOK
from committee.models.programme import TopicPage


class WorkshopGroup(Orderable, ClusterableModel):
    """Group of people who work together during a session, and their result."""

    session = ParentalKey("committee.SessionPage", on_delete=models.CASCADE, related_name="workshop_groups")
    name = models.CharField(_("name of the group"), max_length=120, help_text=_("Example: Online procedures"))
    facilitator = models.CharField(_("facilitated by"), max_length=120, blank=True)
    room = models.CharField(_("room"), max_length=80, blank=True, help_text=_("Example: table 2, near the window"))
    topic = models.ForeignKey(
        TopicPage,
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="workshop_groups",
    )
    produced = models.TextField(
        _("what the group produced"),
        max_length=600,
        blank=True,
        help_text=_("After the session, in two or three sentences."),
    )

    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("facilitator"), FieldPanel("room")]),
        FieldPanel("topic"),
        FieldPanel("produced"),
        HookedPanels(hook=ROW_PANELS_HOOK),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("workshop group")
        verbose_name_plural = _("workshop groups")

    def __str__(self) -> str:
        return self.name


class SessionExpert(Orderable):
    """Person who is not a member and speaks at a session."""

    session = ParentalKey("committee.SessionPage", on_delete=models.CASCADE, related_name="experts")
    name = models.CharField(
        _("name"), max_length=80, help_text=_("As it is shown on the site. Ask the person first: everyone reads it.")
    )
    occupation = models.CharField(
        _("what the person does"), max_length=120, blank=True, help_text=_("Example: librarian in Cronenbourg")
    )
    biography = models.TextField(
        pgettext_lazy("expert", "presentation"), max_length=400, blank=True, help_text=_("Two or three sentences.")
    )
    topic = models.ForeignKey(
        TopicPage, verbose_name=_("topic"), null=True, blank=True, on_delete=models.SET_NULL, related_name="experts"
    )

    panels = [FieldPanel("name"), FieldPanel("occupation"), FieldPanel("biography"), FieldPanel("topic")]

    class Meta(Orderable.Meta):
        verbose_name = _("expert")
        verbose_name_plural = _("experts")

    def __str__(self) -> str:
        return self.name
