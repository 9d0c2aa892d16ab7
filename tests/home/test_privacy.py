"""docs/privacy.md says what the code does."""

from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from common.hooks import retentions
from common.retention import in_words
from home.services.starter_texts import read_text

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "privacy.md"

# What residents read, with the line of the table that it is about.
SAID = {
    "accounts.unproved": "jamais confirmée est effacé au bout de {}",
    "accounts.unused": "Après {} sans connexion",
    "accounts.sessions": "oubliée {} après",
    "accounts.exports": "effacée au bout de {}. Un compte supprimé",
    "accounts.leaving": "Un compte supprimé est effacé au bout de {}",
    "participation.drafts": "gardé {} après votre dernier changement",
    "participation.drafts_without_account": "et {} sinon",
    "digests.stopped": "votre adresse est alors effacée au bout de {}",
    "mailing.messages": "chaque e-mail pendant {}",
    "cms.missing_addresses": "ne demande plus est effacée au bout de {}",
    "common.server_log": "Ce journal est effacé au bout de {}",
    "auditlog.entries": "Le journal de sécurité garde {}",
}


def between(text: str, name: str) -> str:
    return text.partition(f"<!-- {name} -->\n")[2].partition(f"<!-- /{name} -->")[0]


def test_the_table_of_retention_is_that_of_the_code():
    """If this fails: replace the table by what `manage.py retention_table` writes."""
    written = StringIO()
    call_command("retention_table", stdout=written)
    assert between(DOCUMENT.read_text(encoding="utf-8"), "retention") == written.getvalue()


def test_the_page_for_residents_says_the_durations_of_the_table():
    page = " ".join(read_text("donnees-personnelles").replace("\xa0", " ").split())
    kept = {rule.name: in_words(rule.kept) for rule in retentions() if rule.kept}
    assert [name for name, sentence in SAID.items() if sentence.format(kept[name]) not in page] == []
