"""Starter texts of the standard pages of a committee's site: help, rules, accessibility, personal data…

Each text is a file of `home/starter_texts`, in the Markdown subset of `common.markdown`. They are content, to be
edited, and an existing text is never overwritten.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from string import Template
from typing import Any

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.models import StandardPage
from committee.models import CommitteePage, Pictogram
from committee.models.missions import Place
from common.city import CITY
from common.markdown import body, french
from home.queries.starter_pages import pages_to_add, starter_pages
from home.services.publishing import publish_revision

FOLDER = Path(__file__).parents[1] / "starter_texts"

# A mission in its text; drawings and places of the seven missions, in order.
MISSION = re.compile(r"^- \*\*(.+?)\*\* : (.+)$", re.MULTILINE)
MISSION_PICTOGRAMS = (
    *(Pictogram.MEGAPHONE, Pictogram.TICK, Pictogram.WATCH, Pictogram.INDICATORS),
    *(Pictogram.IDEAS, Pictogram.DEBATE, Pictogram.INCLUSION),
)
MISSION_PLACES = (
    *([Place.NEWS], [Place.TRIALS], [Place.WATCH, Place.COMPARISON], [Place.INDICATORS, Place.REPORTS]),
    *([Place.PROPOSALS, Place.SURVEYS], [Place.DISCUSSIONS], [Place.HELP, Place.WORKSHOPS, Place.RESOURCES]),
)


def read_text(name: str) -> str:
    """Returns the starter text `name`, with the names of the city filled in."""
    text = Template(_read_file(name))
    return text.substitute(
        in_city=CITY.in_city,
        of_city=CITY.of_city,
        postal_address=CITY.postal_address,
        origin=(CITY.origin or _read_file("origine")).strip(),
    )


def _read_file(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def missions(text: str) -> list[tuple[str, Any]]:
    """Returns the value of the missions field: the first lines of `text`, then its list with drawings."""
    introduction, _blank, rows = text.strip().rpartition("\n\n")
    mission_texts = [match.groups() for match in MISSION.finditer(rows)]
    return [
        *body(introduction),
        (
            "missions",
            [
                {"name": french(name), "text": capfirst(french(description)), "pictogram": pictogram, "places": places}
                for (name, description), pictogram, places in zip(
                    mission_texts, MISSION_PICTOGRAMS, MISSION_PLACES, strict=True
                )
            ],
        ),
    ]


READERS = {"missions": missions}


@dataclass(frozen=True)
class LoadedTexts:
    """Titles of the filled pages, and of those with a text, which are not changed."""

    filled: list[str]
    left: list[str]

    def sentences(self) -> list[str]:
        """Returns the result as sentences."""
        if not self.filled:
            return [_("No page was empty. Nothing has changed.")]
        count = len(self.filled)
        words = ngettext("%(count)s page filled: %(titles)s.", "%(count)s pages filled: %(titles)s.", count)
        filled = words % {"count": count, "titles": ", ".join(self.filled)}
        left = _("Left as they are, because they have a text: %(titles)s.") % {"titles": ", ".join(self.left)}
        return [filled, left] if self.left else [filled]


def _add_pages() -> None:
    """Adds drafts without a text below the committee page, if it exists."""
    committee = CommitteePage.objects.first()
    for page in pages_to_add() if committee else []:
        committee.add_child(
            instance=StandardPage(slug=page.slug, title=page.title, introduction=french(page.introduction), live=False)
        )


@transaction.atomic
def load_texts(now: datetime, *, by: Any = None) -> LoadedTexts:
    """Adds the missing pages, fills the empty bodies of those with a starter text, and publishes them."""
    _add_pages()
    result = LoadedTexts(filled=[], left=[])
    for page, empty in starter_pages():
        for field, text in empty.items():
            setattr(page, field, READERS.get(field, body)(read_text(text)))
        if empty:
            publish_revision(page, now, by=by)
        (result.filled if empty else result.left).append(page.title)
    return result
