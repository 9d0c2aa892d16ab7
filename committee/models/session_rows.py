"""What a session is made of: the points of its agenda, what it decided, its documents."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable

from cms.related import HookedPanels
from committee.models.programme import TopicPage
from committee.related import ROW_PANELS_HOOK


class AgendaItem(Orderable, ClusterableModel):
    """One point of a session's agenda."""

    session = ParentalKey("committee.SessionPage", on_delete=models.CASCADE, related_name="agenda_items")
    starts_at = models.TimeField(_("time"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(pgettext_lazy("duration", "minutes"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=200)
    presenter = models.CharField(_("presented by"), max_length=120, blank=True)
    topic = models.ForeignKey(
        TopicPage,
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="agenda_items",
    )

    panels = [
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("minutes")]),
        FieldPanel("title"),
        FieldPanel("presenter"),
        FieldPanel("topic"),
        HookedPanels(hook=ROW_PANELS_HOOK),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")

    def __str__(self) -> str:
        return self.title


class SessionDecision(Orderable, ClusterableModel):
    """What a session decided, in one sentence: who does it, and before which day."""

    session = ParentalKey("committee.SessionPage", on_delete=models.CASCADE, related_name="decisions")
    text = models.CharField(
        _("what was decided"),
        max_length=300,
        help_text=_("One sentence. Example: The committee asks that each procedure say how long it takes."),
    )
    responsible = models.CharField(_("who does it"), max_length=120, blank=True)
    due_on = models.DateField(_("before"), null=True, blank=True)
    topic = models.ForeignKey(
        TopicPage,
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="decisions",
    )

    panels = [
        FieldPanel("text"),
        FieldRowPanel([FieldPanel("responsible"), FieldPanel("due_on")]),
        FieldPanel("topic"),
        HookedPanels(hook=ROW_PANELS_HOOK),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("decision of a session")
        verbose_name_plural = _("decisions of sessions")

    def __str__(self) -> str:
        return self.text


class SessionDocument(Orderable):
    """A file that goes with a session: a presentation, a poster, an attendance sheet."""

    session = ParentalKey("committee.SessionPage", on_delete=models.CASCADE, related_name="documents")
    document = models.ForeignKey(
        "cms.CustomDocument", verbose_name=_("document"), on_delete=models.CASCADE, related_name="+"
    )
    accessible_version = models.ForeignKey(
        "cms.CustomDocument",
        verbose_name=_("accessible version"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The same content that a screen reader reads well, when the first file does not."),
    )

    panels = [FieldPanel("document"), FieldPanel("accessible_version")]

    class Meta(Orderable.Meta):
        verbose_name = _("document of a session")
        verbose_name_plural = _("documents of a session")

    def __str__(self) -> str:
        return str(self.document)
