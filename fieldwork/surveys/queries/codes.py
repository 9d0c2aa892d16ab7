"""Codes of the sheets, with which people who were met answer on line.

A code is told from the survey and the number of the sheet by the secret key of the site, and kept nowhere: it can be
printed again, and a copy of the database has none.
"""

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

# Letters that nobody takes for another one, or for a digit, in handwriting: without I, L, O, S, U and Z.
LETTERS = "ABCDEFGHJKMNPQRTVWXY"
LENGTH = 10


def code_of(survey_id: int, number: int, *, secret: str | bytes | None = None) -> str:
    """Returns the ten letters of the sheet `number`: 43 bits."""
    mac = salted_hmac("fieldwork.sheet", f"{survey_id}:{number}", secret=secret, algorithm="sha256").digest()
    rest, letters = int.from_bytes(mac), []
    for _place in range(LENGTH):
        rest, letter = divmod(rest, len(LETTERS))
        letters.append(LETTERS[letter])
    return "".join(letters)


def printed(code: str) -> str:
    """Returns `code` in two halves, as people copy it: « ABCDE-FGHJK »."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def typed(code: str) -> str:
    """Returns the letters of a code that somebody typed, in any case, with any signs between them."""
    return "".join(letter for letter in code.upper() if letter.isalpha())


def is_code_of(survey_id: int, number: int, code: str) -> bool:
    """Says whether `code` is that of the sheet, under this secret key of the site or an earlier one."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(typed(code), code_of(survey_id, number, secret=key)) for key in keys)
