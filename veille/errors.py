"""Refusals of the watch."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

if TYPE_CHECKING:
    from veille.models import VeilleEntryPage


class FeedRefused(Refusal):
    """The fetched content is not a feed that the site can read. Raised with the sentence to show."""


class OutlineRefused(Refusal):
    """The file is not a list of sources that the site can read. Raised with the sentence to show."""


class ObservationRefused(Refusal):
    """An observation of the comparison cannot be recorded or published. Raised with the sentence to show."""


class AlreadyPublished(Refusal):
    """The suggested page is the source of `entry`, to which the form links."""

    message = _("We have this example already.")

    def __init__(self, entry: "VeilleEntryPage") -> None:
        super().__init__()
        self.entry = entry


class AlreadyListed(Refusal):
    message = _("Somebody told us about this page already. Nothing more is needed: thank you.")


class TooManySuggestions(Refusal):
    message = _("You have suggested many examples today. Your text is kept: send it again tomorrow.")


class ItemDecided(Refusal):
    """Another editor has decided about this item meanwhile."""

    message = _("Another person has decided about this meanwhile. Look at the list again.")


class ReasonMissing(Refusal):
    message = _("Choose the reason: the person who suggested this example reads it.")


class NoThemeYet(Refusal):
    """An example needs a theme and the list page of the watch: one of them is missing."""

    message = _("There is no theme of the watch yet. Create one first, in the menu “Themes of the watch”.")
