"""First texts for the pages that every site of a committee needs: help, rules, accessibility, personal data…

Each text is a file beside this one, in the subset of Markdown of `home.writing`. They are content: an editor makes
them their own, and a text that is there is never touched again.
"""

from datetime import datetime
from pathlib import Path

from django.db import transaction
from wagtail.models import Page

from cms.models import StandardPage
from committee.models import CommitteePage
from home.writing import body, publish_revision

FOLDER = Path(__file__).parent
STANDARD_PAGES = (
    *("aide", "contact", "regles", "facile-a-lire", "accessibilite", "ecoconception"),
    *("donnees-personnelles", "mentions-legales", "reglement"),
)
COMMITTEE_FIELDS = {"missions": "missions", "how_we_decide": "decider", "how_to_join": "rejoindre"}


def read_text(name: str) -> str:
    """Returns the starter text `name`, as it is written in its file."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


@transaction.atomic
def load_texts(now: datetime) -> int:
    """Fills the empty bodies. Returns the number of pages that were filled."""
    filled: list[Page] = []
    for page in StandardPage.objects.filter(slug__in=STANDARD_PAGES):
        if not page.body:
            page.body = body(read_text(page.slug))
            filled.append(page)
    for committee in CommitteePage.objects.all():
        empty = [field for field in COMMITTEE_FIELDS if not getattr(committee, field)]
        for field in empty:
            setattr(committee, field, body(read_text(COMMITTEE_FIELDS[field])))
        if empty:
            filled.append(committee)
    for page in filled:
        publish_revision(page, now)
    return len(filled)
