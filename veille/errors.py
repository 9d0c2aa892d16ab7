"""Refusals of the watch."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

if TYPE_CHECKING:
    from veille.models import VeilleEntryPage


class FeedRefused(Refusal):
    """What came from the address of a feed is no feed that the site reads. It is raised with the sentence."""


class OutlineRefused(Refusal):
    """A file is no list of sources that the site reads. It is raised with the sentence."""


class ObservationRefused(Refusal):
    """A finding of the comparison cannot be recorded or published; raised with the sentence that says why."""


class AlreadyPublished(Refusal):
    """The page that shows the refusal leads to `entry`."""

    message = _("We have this example already.")

    def __init__(self, entry: "VeilleEntryPage") -> None:
        super().__init__()
        self.entry = entry


class AlreadyListed(Refusal):
    message = _("Somebody told us about this page already. Nothing more is needed: thank you.")


class TooManySuggestions(Refusal):
    message = _("You have suggested many examples today. Your text is kept: send it again tomorrow.")


class ItemDecided(Refusal):
    """Another editor decided about this item meanwhile."""

    message = _("Another person has decided about this meanwhile. Look at the list again.")


class ReasonMissing(Refusal):
    message = _("Choose the reason: the person who suggested this example reads it.")


class NoThemeYet(Refusal):
    """An example has a theme, and stands in the list of the watch: one of them is missing."""

    message = _("There is no theme of the watch yet. Create one first, in the menu “Themes of the watch”.")
