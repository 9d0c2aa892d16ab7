"""Content files: every key is read by the code, so that a misspelt key is not taken for a missing one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.content import FOLDER, csv_bytes, french_lines, read, read_folder

SOURCES = "".join(path.read_text(encoding="utf-8") for path in Path(FOLDER).parent.rglob("*.py"))
# The keys of the other files are data: names of topics, of people, of groups.
OF_FIELDS = ("desk", "members", "members_area", "news", "pictures", "polls", "sessions", "topics")


def keys_of(content: Any) -> Iterator[str]:
    """Yields each key of `content`, at any depth."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield key
            yield from keys_of(value)
    elif isinstance(content, list):
        for value in content:
            yield from keys_of(value)


def unread(content: Any) -> set[str]:
    """Returns the keys of `content` that no module of the app names."""
    return {key for key in keys_of(content) if f'"{key}"' not in SOURCES}


@pytest.mark.parametrize("name", OF_FIELDS)
def test_every_key_of_a_file_is_read(name):
    assert unread(read(name)) == set()


def test_every_key_of_a_proposal_is_read():
    texts = read_folder("proposals")
    assert list(texts) == sorted(texts)
    assert {key: unread(text) for key, text in texts.items() if unread(text)} == {}


def test_a_misspelt_key_is_found():
    assert unread({"title": "", "comments": [{"text": "", "replys": []}]}) == {"replys"}


def test_lines_and_tables_end_as_they_should():
    assert french_lines("Un : deux\n\nTrois ?\n") == "Un\u00a0: deux\n\nTrois\u00a0?"
    assert csv_bytes("a;b\n1;é\n") == b"\xef\xbb\xbfa;b\r\n1;\xc3\xa9\r\n"
