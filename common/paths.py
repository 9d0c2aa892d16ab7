"""Readable path segments. Loaded by beat: this module must not import Django."""

import re

# Readable part of a path: a word of letters, or a number up to the length of a date. A mixture may be a token.
WORD = re.compile(r"[A-Z]?[a-zà-öø-ÿ]{1,30}|[A-Z]{1,12}|\d{1,8}")
SEPARATORS = re.compile(r"[/._\-]")


def is_written_by_people(path: str) -> bool:
    """Returns whether `path` consists of words and short numbers: no token, no e-mail address."""
    return all(WORD.fullmatch(part) for part in SEPARATORS.split(path) if part)
