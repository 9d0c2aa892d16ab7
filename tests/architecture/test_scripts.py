"""Scripts of the public site: third-party ones are unmodified, and all of them are small."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings

SCRIPTS = Path(settings.BASE_DIR) / "static" / "js"
OURS = sorted(path for path in SCRIPTS.glob("*.js") if not path.name.endswith(".min.js"))
VENDORED = sorted(SCRIPTS.glob("*.min.js"))
# Loaded by every page of the site.
EVERYWHERE = (SCRIPTS / "htmx.min.js", SCRIPTS / "site.js")
MAX_COMPRESSED = 18_000
# Loaded by a single page in addition.
MAX_COMPRESSED_ALONE = 1_500


@pytest.mark.parametrize("script", VENDORED, ids=lambda path: path.name)
def test_vendored_script_matches_the_checksum_of_its_notice(script):
    """The notice beside it has the version, the checksum and the licence."""
    notice = script.with_name(f"{script.name}.txt").read_text(encoding="utf-8")
    (checksum,) = re.findall(r"^sha256: ([0-9a-f]{64})$", notice, re.MULTILINE)
    assert hashlib.sha256(script.read_bytes()).hexdigest() == checksum
    assert re.match(r"\w+ \d+\.\d+\.\d+,", notice)
    assert "Permission to use" in notice


def compressed(script: Path) -> int:
    return len(gzip.compress(script.read_bytes(), 9))


def test_scripts_of_every_page_are_small():
    assert sum(map(compressed, EVERYWHERE)) <= MAX_COMPRESSED


@pytest.mark.parametrize("script", sorted({*VENDORED, *OURS} - {*EVERYWHERE}), ids=lambda path: path.name)
def test_script_of_a_single_page_is_small(script):
    assert compressed(script) <= MAX_COMPRESSED_ALONE


@pytest.mark.parametrize("script", OURS, ids=lambda path: path.name)
def test_own_scripts_comply_with_the_content_security_policy(script):
    """No construct refused by the policy, and no user text inserted as HTML."""
    source = script.read_text(encoding="utf-8")
    assert "'use strict'" in source
    assert not re.findall(
        r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write|\.style\b|https?://", source
    )
