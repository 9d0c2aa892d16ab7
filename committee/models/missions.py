"""Missions of the committee: each with a name, a text and a drawing."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks

from cms.blocks import BodyBlock
from committee.models.pictograms import Pictogram, family_of


class Place(models.TextChoices):
    """Place of the site where a mission is carried out. The values are paths, as in the menu: a test opens each."""

    NEWS = "/actualites/", _("News")
    TRIALS = "/essais/", pgettext_lazy("place", "Trials")
    SURVEYS = "/enquetes/", _("Field surveys")
    WATCH = "/veille/", pgettext_lazy("menu", "Watch")
    COMPARISON = "/veille/comparatif/", _("Comparison")
    INDICATORS = "/indicateurs/", _("Indicators")
    REPORTS = "/restitution/", _("Reports of the year")
    PROPOSALS = "/propositions/", _("Proposals")
    DISCUSSIONS = "/propositions/?tri=commentaires", _("Most discussed proposals")
    HELP = "/aide-numerique/", _("Digital help")
    WORKSHOPS = "/aide-numerique/ateliers/", _("Workshops")
    RESOURCES = "/aide-numerique/ressources/", _("Resources")
    REGISTER = "/le-comite/decisions/", _("Decisions")


class MissionValue(blocks.StructValue):
    @property
    def links(self) -> list[Place]:
        """Places that it links to."""
        return [Place(slug) for slug in self.get("places") or [] if slug in Place.values]

    @property
    def family(self) -> str:
        """Colour family of the mission; empty for the colours of the house."""
        return family_of(self["pictogram"])


class MissionBlock(blocks.StructBlock):
    """One mission of the committee."""

    name = blocks.CharBlock(label=_("Mission"), max_length=40, help_text=_("A verb. Example: Inform"))
    text = blocks.CharBlock(
        label=_("In a few words"), max_length=120, help_text=_("Example: Say what exists, and what changes.")
    )
    pictogram = blocks.ChoiceBlock(
        label=_("Pictogram"),
        choices=Pictogram.choices,
        required=False,
        search_index=False,
        help_text=_("Readers see it beside the mission. It also gives it its colour."),
    )
    places = blocks.ListBlock(
        blocks.ChoiceBlock(choices=Place.choices, label=_("Place"), search_index=False),
        label=_("Where it is done"),
        required=False,
        default=[],
        max_num=3,
        help_text=_("Parts of the site to which the mission leads. Example: Trials"),
    )

    class Meta:
        label = _("Mission")
        value_class = MissionValue


class MissionsBlock(BodyBlock):
    """Text about the missions: a body that may have a mosaic of them."""

    missions = blocks.ListBlock(
        MissionBlock(),
        label=_("Missions"),
        icon="list-ul",
        max_num=12,
        description=_("Squares side by side, each with a drawing."),
        template="committee/blocks/missions.html",
        preview_value=[
            {"name": "Informer", "text": "Dire ce qui existe, et ce qui change.", "pictogram": Pictogram.MEGAPHONE},
            {
                "name": "Veiller",
                "text": "Regarder ce que d’autres villes font bien.",
                "pictogram": Pictogram.WATCH,
                "places": [Place.WATCH, Place.COMPARISON],
            },
        ],
    )

    class Meta:
        block_counts = {**BodyBlock().meta.block_counts, "missions": {"max_num": 1}}
