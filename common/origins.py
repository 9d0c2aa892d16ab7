"""Origin of a contribution: on line, or entered by an agent."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Origin(models.TextChoices):
    """By the person's own hand, or entered by an agent for somebody who came, phoned or wrote."""

    ONLINE = "en-ligne", _("on line")
    DESK = "guichet", _("at a desk")
    PHONE = "telephone", _("by phone")
    PAPER = "papier", _("on paper")

    @classmethod
    def for_agents(cls) -> list[tuple[str, str]]:
        """The choices of an agent, who enters nothing "on line" for anybody."""
        return [(origin.value, str(origin.label).capitalize()) for origin in cls if origin != cls.ONLINE]


class WithOrigin(models.Model):
    """Mixin of a model that records the origin of its rows."""

    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.ONLINE, editable=False)

    class Meta:
        abstract = True

    @property
    def handed_in(self) -> str:
        """The way in which an agent received it ("at a desk"); nothing for what came on line."""
        return "" if self.origin == Origin.ONLINE else str(Origin(self.origin).label)
