"""Plain text: truncation, and a form field with a limit of length."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import ngettext

from common.sanitising import clean_text, is_seen


def beginning(text: str, length: int) -> str:
    """Returns the same as `Truncator(text).chars(length)`, which is slow for lists since it inspects each character."""
    start = unicodedata.normalize("NFC", text)[: length + 1]
    if len(start) <= length:
        return start
    # Combining characters are not counted.
    if any(map(unicodedata.combining, start)):
        return Truncator(text).chars(length)
    return f"{start[:-2]}…"


def has_words(text: str) -> bool:
    """Returns whether `text` has a letter or a digit: punctuation and invisible characters are no reason."""
    return any(char.isalnum() for char in text)


def validate_length(text: str, limit: int) -> None:
    """Raises `ValidationError` with the length, and the number of characters to remove."""
    length, excess = len(text), len(text) - limit
    if excess > 0:
        message = ngettext(
            "Your text has %(length)s characters. Remove %(excess)s.",
            "Your text has %(length)s characters. Remove %(excess)s.",
            excess,
        )
        raise ValidationError(message % {"length": _grouped(length), "excess": _grouped(excess)}, code="max_length")


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")


class PlainTextField(forms.CharField):
    """Normalised plain text with its line breaks; the length is checked after normalisation.

    Refuses text without visible characters: a title would become an empty link.

    The widget has no `maxlength`, since browsers would silently truncate pasted text.
    """

    def __init__(self, *, limit: int, rows: int | None = None, **kwargs: Any) -> None:
        self.limit = limit
        if rows:
            # A script displays a counter up to `data-limit` (static/js/site.js).
            kwargs["widget"] = forms.Textarea(attrs={"rows": rows, "data-limit": limit})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = clean_text(value or "")
        return super().to_python(text if is_seen(text) else "") or ""

    def validate(self, value: str) -> None:
        super().validate(value)
        validate_length(value, self.limit)
