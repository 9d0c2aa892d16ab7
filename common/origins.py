"""Origin of a contribution: online, or entered by an agent."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Origin(models.TextChoices):
    """Entered by the person online, or by an agent for somebody who visited, phoned or wrote."""

    ONLINE = "en-ligne", _("on line")
    DESK = "guichet", _("at a desk")
    PHONE = "telephone", _("by phone")
    PAPER = "papier", _("on paper")

    @classmethod
    def for_agents(cls) -> list[tuple[str, str]]:
        """Returns the choices for agents: all but online."""
        return [(origin.value, str(origin.label).capitalize()) for origin in cls if origin != cls.ONLINE]


class WithOrigin(models.Model):
    """Mixin for models that record the origin of their rows."""

    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.ONLINE, editable=False)

    class Meta:
        abstract = True

    @property
    def handed_in(self) -> str:
        """Way in which an agent received it ("at a desk"); "" if entered online."""
        return "" if self.origin == Origin.ONLINE else str(Origin(self.origin).label)
