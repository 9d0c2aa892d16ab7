"""Content files: the code reads every key, so that misspelt keys are detected."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.content import FOLDER, csv_bytes, french_lines, read, read_folder

SOURCES = "".join(path.read_text(encoding="utf-8") for path in Path(FOLDER).parent.rglob("*.py"))
# The keys of the other files are data: names of topics, of people, of groups.
FILES_OF_FIELDS = ("desk", "members", "members_area", "news", "pictures", "polls", "sessions", "topics")


def keys_of(content: Any) -> Iterator[str]:
    """Yields each key of `content`, at any depth."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield key
            yield from keys_of(value)
    elif isinstance(content, list):
        for value in content:
            yield from keys_of(value)


def unread_keys(content: Any) -> set[str]:
    """Returns the keys of `content` that no module of the app names."""
    return {key for key in keys_of(content) if f'"{key}"' not in SOURCES}


@pytest.mark.parametrize("name", FILES_OF_FIELDS)
def test_every_key_of_a_file_is_read(name):
    assert unread_keys(read(name)) == set()


def test_every_key_of_a_proposal_is_read():
    texts = read_folder("proposals")
    assert list(texts) == sorted(texts)
    assert {key: unread_keys(text) for key, text in texts.items() if unread_keys(text)} == {}


def test_misspelt_key_is_detected():
    assert unread_keys({"title": "", "comments": [{"text": "", "replys": []}]}) == {"replys"}


def test_no_break_spaces_and_line_endings_are_normalized():
    assert french_lines("Un : deux\n\nTrois ?\n") == "Un\u00a0: deux\n\nTrois\u00a0?"
    assert csv_bytes("a;b\n1;é\n") == b"\xef\xbb\xbfa;b\r\n1;\xc3\xa9\r\n"
