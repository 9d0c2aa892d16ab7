"""Plain text: its first characters, and the form field that tells people when it is too long."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import ngettext

from common.sanitising import clean_text, is_seen


def beginning(text: str, length: int) -> str:
    """Returns what `Truncator(text).chars(length)` does, which looks at each character: a list has fifty such texts."""
    start = unicodedata.normalize("NFC", text)[: length + 1]
    if len(start) <= length:
        return start
    # Accents that stand by themselves are not counted.
    if any(map(unicodedata.combining, start)):
        return Truncator(text).chars(length)
    return f"{start[:-2]}…"


def say_if_too_long(text: str, limit: int) -> None:
    """Raises `ValidationError` that gives the length and how much to remove."""
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
    """Plain text as it will be stored: normalised, line breaks kept, length counted on the result.

    A text that shows nothing is no text: as a title it would be a link without words.

    No `maxlength` in the page: a browser would cut a pasted text without saying so.
    """

    def __init__(self, *, limit: int, rows: int | None = None, **kwargs: Any) -> None:
        self.limit = limit
        if rows:
            # The script of the page counts up to `data-limit` (static/js/site.js).
            kwargs["widget"] = forms.Textarea(attrs={"rows": rows, "data-limit": limit})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = clean_text(value or "")
        return super().to_python(text if is_seen(text) else "") or ""

    def validate(self, value: str) -> None:
        super().validate(value)
        say_if_too_long(value, self.limit)
