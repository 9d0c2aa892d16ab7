"""docs/privacy.md says what the code does."""

from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "privacy.md"


def between(text: str, name: str) -> str:
    return text.partition(f"<!-- {name} -->\n")[2].partition(f"<!-- /{name} -->")[0]


def test_the_table_of_retention_is_that_of_the_code():
    """If this fails: replace the table by what `manage.py retention_table` writes."""
    written = StringIO()
    call_command("retention_table", stdout=written)
    assert between(DOCUMENT.read_text(encoding="utf-8"), "retention") == written.getvalue()
