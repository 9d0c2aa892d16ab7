"""The missions of the committee as editors write them: each with its name, its words and its drawing."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import BodyBlock
from committee.models.pictograms import Pictogram, family_of


class MissionValue(blocks.StructValue):
    @property
    def family(self) -> str:
        """The family of colours of the mission; an empty text for the colours of the house."""
        return family_of(self["pictogram"])


class MissionBlock(blocks.StructBlock):
    """One thing that the committee is there for."""

    name = blocks.CharBlock(label=_("Mission"), max_length=40, help_text=_("A verb. Example: Inform"))
    text = blocks.CharBlock(
        label=_("In a few words"), max_length=120, help_text=_("Example: Say what exists, and what changes.")
    )
    pictogram = blocks.ChoiceBlock(
        label=_("Pictogram"),
        choices=Pictogram.choices,
        required=False,
        help_text=_("Readers see it beside the mission. It also gives it its colour."),
    )

    class Meta:
        label = _("Mission")
        value_class = MissionValue


class MissionsBlock(BodyBlock):
    """What editors write about the missions: a body that may have a mosaic of them."""

    missions = blocks.ListBlock(
        MissionBlock(),
        label=_("Missions"),
        icon="list-ul",
        max_num=12,
        description=_("Squares side by side, each with a drawing."),
        template="committee/blocks/missions.html",
        preview_value=[
            {"name": "Informer", "text": "Dire ce qui existe, et ce qui change.", "pictogram": Pictogram.MEGAPHONE},
            {"name": "Veiller", "text": "Regarder ce que d’autres villes font bien.", "pictogram": Pictogram.WATCH},
        ],
    )

    class Meta:
        block_counts = {**BodyBlock._meta_class.block_counts, "missions": {"max_num": 1}}
