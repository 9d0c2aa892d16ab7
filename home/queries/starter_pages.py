"""Pages with a starter text, their empty fields, and the sentences that a later version adds to them."""

from dataclasses import dataclass

from cms.models import AccessibilityPage, BasePage, StandardPage
from cms.quality.links import texts_of
from committee.models import CommitteePage, PartnerBodyPage
from common.reading_ease import plain


@dataclass(frozen=True)
class AddedPage:
    """Page that the starter texts add below the committee page, if its slug is free."""

    slug: str
    title: str
    introduction: str


ADDED_PAGES = (
    AddedPage(
        "d-ou-vient-le-comite",
        "D’où vient le comité",
        "Sa première réunion, ce qu’il apporte, ses trois étapes et ses quatre points de vigilance.",
    ),
)
STANDARD_PAGES = (
    *(page.slug for page in ADDED_PAGES),
    *("aide", "contact", "regles", "facile-a-lire", "ecoconception"),
    *("donnees-personnelles", "mentions-legales", "reglement"),
)
PARTNER_BODIES = ("conseil-de-developpement", "comite-partenarial")
# Bodies of pages with several ones, each with its starter text.
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


def pages_to_add() -> list[AddedPage]:
    """Returns the pages that the starter texts add, and that are missing."""
    existing_slugs = set(
        StandardPage.objects.filter(slug__in=[page.slug for page in ADDED_PAGES]).values_list("slug", flat=True)
    )
    return [page for page in ADDED_PAGES if page.slug not in existing_slugs]


def starter_pages() -> list[tuple[BasePage, dict[str, str]]]:
    """Returns the pages with a starter text, each with its empty fields and their texts."""
    pages: list[tuple[BasePage, dict[str, str]]] = [
        *((page, {"body": page.slug}) for page in StandardPage.objects.filter(slug__in=STANDARD_PAGES)),
        *((page, {"body": page.slug}) for page in PartnerBodyPage.objects.filter(slug__in=PARTNER_BODIES)),
        *((page, texts) for model, texts in FIELDS.items() for page in model.objects.all()),
    ]
    return [(page, {field: text for field, text in texts.items() if not getattr(page, field)}) for page, texts in pages]


@dataclass(frozen=True)
class AddedSentences:
    """Sentences that a version adds to the starter text of the page `slug`, missing on sites that were opened before.

    `words` begin the first sentence. A page that holds them is complete, whatever else the editors wrote.
    """

    slug: str
    heading: str
    words: str
    sentences: str


ADDED_SENTENCES = (
    AddedSentences(
        "donnees-personnelles",
        heading="Les cookies",
        words="Après une connexion",
        sentences=(
            "Après une connexion, un quatrième reste 90 jours. Seule la page de connexion le lit. Il lui dit que vous "
            "êtes déjà entré avec ce navigateur."
        ),
    ),
)


def pages_without_added_sentences() -> list[tuple[StandardPage, AddedSentences]]:
    """Returns the public standard pages with a text that lacks sentences of `ADDED_SENTENCES`, in one query."""
    slugs = {added.slug for added in ADDED_SENTENCES}
    pages = {page.slug: page for page in StandardPage.objects.live().filter(slug__in=slugs)}
    found = [(pages[added.slug], added) for added in ADDED_SENTENCES if added.slug in pages]
    return [
        (page, added)
        for page, added in found
        if page.body and not any(added.words in plain(text) for text in texts_of(page))
    ]
