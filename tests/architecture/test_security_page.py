"""docs/security.md names only existing files and tests, because its table would become outdated unnoticed."""

import re
from pathlib import Path

import pytest
from django.conf import settings

PAGE = Path(settings.BASE_DIR, "docs", "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:[a-z_]+/)+(?:[\w.-]+\.(?:py|txt|conf))?)`|\]\(([\w-]+\.md)", PAGE)))


@pytest.mark.parametrize(("code", "document"), NAMED)
def test_named_path_exists(code, document):
    assert Path(settings.BASE_DIR, code or f"docs/{document}").exists()


def test_paths_are_found_in_the_page():
    assert len(NAMED) > 40


def test_each_row_has_a_known_state():
    rows = [line.split(" | ") for line in PAGE.splitlines() if re.match(r"\| [\d*]", line)]
    states = {row[1].strip() for row in rows if "**" not in row[0] or row[1].strip(" |")}
    assert states <= {"held", "partly", "gap", "none"}
    assert "gap" in states
