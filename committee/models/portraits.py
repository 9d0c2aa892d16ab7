"""Drawn portraits for members without a photo.

Each value is the name of a figure of `static/img/portraits.svg`. Names describe the drawing, never the person, and none
is derived from a name: the default is the house of the committee.
"""

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _


class Portrait(models.TextChoices):
    """Figure that a member, or the office, may choose."""

    HOUSE = "house", _("The house of the committee")
    SHORT_BLACK = "short-black", _("Short black hair, beard")
    GLASSES_WHITE = "glasses-white", _("White hair, glasses")
    CURLY_BROWN = "curly-brown", _("Curly brown hair")
    LONG_RED = "long-red", _("Long red hair")
    ROUND_BLACK = "round-black", _("Round curly black hair")
    BOB_GREY = "bob-grey", _("Chin-length grey hair")
    CAP = "cap", _("A cap")
    BALD_GLASSES = "bald-glasses", _("No hair, glasses")
    HEADSCARF = "headscarf", _("A headscarf")
    LONG_BLACK = "long-black", _("Long black hair, glasses")
    SHORT_BLOND = "short-blond", _("Short blond hair")
    BRAIDS = "braids", _("Braids")
    HAT = "hat", _("A hat, white beard")
    HEADSET = "headset", _("Short brown hair, headset")
    BUN_WHITE = "bun-white", _("White hair in a bun")
    FRINGE_BROWN = "fringe-brown", _("Brown hair over the forehead, scarf")


class PortraitChoice(forms.RadioSelect):
    """Choice of a figure, drawn beside its label, in the admin and in the members' area."""

    option_template_name = "committee/portrait_option.html"
