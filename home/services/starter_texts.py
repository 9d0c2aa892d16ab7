"""First texts for the pages that every site of a committee needs: help, rules, accessibility, personal data…

Each text is a file of `home/starter_texts`, in the subset of Markdown of `common.markdown`. They are content: an
editor makes them their own, and a text that is there is never touched again.
"""

import re
from datetime import datetime
from pathlib import Path
from string import Template
from typing import Any

from django.db import transaction
from django.utils.text import capfirst

from cms.models import AccessibilityPage, BasePage, StandardPage
from committee.models import CommitteePage, PartnerBodyPage, Pictogram
from committee.models.missions import Place
from common.city import CITY
from common.markdown import body, french
from home.services.publishing import publish_revision

FOLDER = Path(__file__).parents[1] / "starter_texts"
STANDARD_PAGES = (
    *("aide", "contact", "regles", "facile-a-lire", "ecoconception"),
    *("donnees-personnelles", "mentions-legales", "reglement"),
)
PARTNER_BODIES = ("conseil-de-developpement", "comite-partenarial")
# The bodies of pages that have several, each with the text that it starts with.
COMMITTEE_FIELDS = {"missions": "missions", "how_we_decide": "decider", "how_to_join": "rejoindre"}
DECLARATION_FIELDS = {
    "not_accessible": "non-accessible",
    "technologies": "technologies",
    "test_environment": "environnement-de-test",
    "scheme": "schema",
}
FIELDS: dict[type[BasePage], dict[str, str]] = {
    CommitteePage: COMMITTEE_FIELDS,
    AccessibilityPage: DECLARATION_FIELDS,
}


# A mission in its text; the drawings of the seven and the places where each is done, in order.
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
    """Returns the starter text `name` as its file writes it, with the names of the city."""
    text = Template((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    return text.substitute(in_city=CITY.in_city, of_city=CITY.of_city, postal_address=CITY.postal_address)


def missions(text: str) -> list[tuple[str, Any]]:
    """Returns what the field of the missions takes: the first lines of `text`, then its list with drawings."""
    introduction, _blank, rows = text.strip().rpartition("\n\n")
    found = [match.groups() for match in MISSION.finditer(rows)]
    return [
        *body(introduction),
        (
            "missions",
            [
                {"name": french(name), "text": capfirst(french(words)), "pictogram": pictogram, "places": places}
                for (name, words), pictogram, places in zip(found, MISSION_PICTOGRAMS, MISSION_PLACES, strict=True)
            ],
        ),
    ]


READERS = {"missions": missions}


@transaction.atomic
def load_texts(now: datetime) -> int:
    """Fills the empty bodies. Returns the number of pages that were filled."""
    filled: list[BasePage] = []
    pages = [
        *StandardPage.objects.filter(slug__in=STANDARD_PAGES),
        *PartnerBodyPage.objects.filter(slug__in=PARTNER_BODIES),
    ]
    for page in pages:
        if not page.body:
            page.body = body(read_text(page.slug))
            filled.append(page)
    for model, texts in FIELDS.items():
        for page in model.objects.all():
            empty = [field for field in texts if not getattr(page, field)]
            for field in empty:
                setattr(page, field, READERS.get(field, body)(read_text(texts[field])))
            if empty:
                filled.append(page)
    for page in filled:
        publish_revision(page, now)
    return len(filled)
