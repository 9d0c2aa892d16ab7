"""Pictograms of topics, and their colour families."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Pictogram(models.TextChoices):
    """Drawing of `static/img/pictograms.svg`, by its name there. A topic without one has the house."""

    SITE = "site", _("A web page")
    PROCEDURES = "procedures", _("A form to fill in")
    MOBILITY = "mobility", _("A phone")
    IDEAS = "ideas", _("A speech bubble")
    SURVEY = "survey", _("A place on a map")
    DATA = "data", _("Bars")
    INDICATORS = "indicators", _("A line that rises")
    BENCHMARK = "benchmark", _("Two buildings")
    WATCH = "watch", _("An eye")
    INCLUSION = "inclusion", _("Two people")
    MEGAPHONE = "megaphone", _("A megaphone")
    TICK = "tick", _("A tick on a screen")
    DEBATE = "debate", _("Two speech bubbles")

    @property
    def family(self) -> str:
        """Colour family, as named in `static/css/tokens.css`; empty for the colours of the house."""
        return FAMILIES[self]


FAMILIES = {
    Pictogram.SITE: "services",
    Pictogram.PROCEDURES: "services",
    Pictogram.MOBILITY: "services",
    Pictogram.IDEAS: "participation",
    Pictogram.SURVEY: "participation",
    Pictogram.DATA: "figures",
    Pictogram.INDICATORS: "figures",
    Pictogram.BENCHMARK: "elsewhere",
    Pictogram.WATCH: "elsewhere",
    Pictogram.INCLUSION: "inclusion",
    Pictogram.MEGAPHONE: "",
    Pictogram.TICK: "services",
    Pictogram.DEBATE: "",
}


def family_of(pictogram: str) -> str:
    """Returns the colour family of `pictogram`; empty for the colours of the house."""
    return Pictogram(pictogram).family if pictogram else ""
