"""Phone numbers: as people read them, and as the `tel:` address of a link writes them."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FRENCH = re.compile(r"(?:\+33|0033|0)([1-9]\d{8})")
ELSEWHERE = re.compile(r"\+[1-9]\d{7,14}")


def phone_link(number: str) -> str:
    """Returns `number` in its international form, figures only: « 03 00 00 00 00 » is +33300000000.

    A number of France loses its first zero, also where it is written « +33 (0)3 … ». A short one (3646) stays as it is.
    """
    signs = re.sub(r"[^\d+]", "", number.replace("(0)", "") if number.strip().startswith(("+", "00")) else number)
    if signs.startswith("00"):
        return f"+{signs[2:]}"
    return f"+33{signs[1:]}" if signs.startswith("0") else signs


def readable_phone(text: str) -> str:
    """Returns « 06 12 34 56 78 », or a number of another country as « +49 78511234 ».

    Raises `ValidationError` for what is no number.
    """
    digits = re.sub(r"[\s.\-/()]", "", text.replace("(0)", ""))
    if french := FRENCH.fullmatch(digits):
        number = f"0{french[1]}"
        return " ".join(number[place : place + 2] for place in range(0, 10, 2))
    if ELSEWHERE.fullmatch(digits):
        return f"{digits[:3]} {digits[3:]}"
    raise ValidationError(_("Write the number with its ten digits. Example: 0612345678. Abroad, start with +."))
