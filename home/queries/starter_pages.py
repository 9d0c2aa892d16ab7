"""Pages that have a starter text, and which of their fields are empty."""

from cms.models import AccessibilityPage, BasePage, StandardPage
from committee.models import CommitteePage, PartnerBodyPage

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


def starter_pages() -> list[tuple[BasePage, dict[str, str]]]:
    """Returns the pages that have a starter text, each with its empty fields and the text for each of them."""
    pages: list[tuple[BasePage, dict[str, str]]] = [
        *((page, {"body": page.slug}) for page in StandardPage.objects.filter(slug__in=STANDARD_PAGES)),
        *((page, {"body": page.slug}) for page in PartnerBodyPage.objects.filter(slug__in=PARTNER_BODIES)),
        *((page, texts) for model, texts in FIELDS.items() for page in model.objects.all()),
    ]
    return [(page, {field: text for field, text in texts.items() if not getattr(page, field)}) for page, texts in pages]
