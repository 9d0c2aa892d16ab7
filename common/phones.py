"""Phone numbers, formatted for people and for `tel:` links."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FRENCH = re.compile(r"(?:\+33|0033|0)([1-9]\d{8})")
ELSEWHERE = re.compile(r"\+[1-9]\d{7,14}")


def phone_link(number: str) -> str:
    """Returns `number` in international form, digits only: « 03 00 00 00 00 » becomes +33300000000.

    French numbers lose their first zero, also in the form « +33 (0)3 … ». Short numbers (3646) are unchanged.
    """
    signs = re.sub(r"[^\d+]", "", number.replace("(0)", "") if number.strip().startswith(("+", "00")) else number)
    if signs.startswith("00"):
        return f"+{signs[2:]}"
    return f"+33{signs[1:]}" if signs.startswith("0") else signs


def readable_phone(text: str) -> str:
    """Returns `text` formatted as « 06 12 34 56 78 », or « +49 78511234 » for foreign numbers.

    Raises `ValidationError` for an invalid number.
    """
    digits = re.sub(r"[\s.\-/()]", "", text.replace("(0)", ""))
    if french := FRENCH.fullmatch(digits):
        number = f"0{french[1]}"
        return " ".join(number[place : place + 2] for place in range(0, 10, 2))
    if ELSEWHERE.fullmatch(digits):
        return f"{digits[:3]} {digits[3:]}"
    raise ValidationError(_("Write the number with its ten digits. Example: 0612345678. Abroad, start with +."))
