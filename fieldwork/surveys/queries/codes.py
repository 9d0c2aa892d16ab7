"""Codes of the sheets, with which people who were met answer online.

A code is derived from the survey and the sheet number with the site's secret key, and never stored: it can be printed
again, and a copy of the database does not contain it.
"""

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

# Letters that cannot be confused in handwriting with another letter or a digit: without I, L, O, S, U and Z.
LETTERS = "ABCDEFGHJKMNPQRTVWXY"
LENGTH = 10


def code_of(survey_id: int, number: int, *, secret: str | bytes | None = None) -> str:
    """Returns the code of the sheet `number`: ten letters, 43 bits."""
    mac = salted_hmac("fieldwork.sheet", f"{survey_id}:{number}", secret=secret, algorithm="sha256").digest()
    rest, letters = int.from_bytes(mac), []
    for _place in range(LENGTH):
        rest, letter = divmod(rest, len(LETTERS))
        letters.append(LETTERS[letter])
    return "".join(letters)


def printed(code: str) -> str:
    """Returns `code` in two halves, easier to copy: « ABCDE-FGHJK »."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def typed(code: str) -> str:
    """Normalises an entered code: uppercase, letters only."""
    return "".join(letter for letter in code.upper() if letter.isalpha())


def is_code_of(survey_id: int, number: int, code: str) -> bool:
    """Returns whether `code` is that of the sheet, with the current secret key or a fallback."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(typed(code), code_of(survey_id, number, secret=key)) for key in keys)
