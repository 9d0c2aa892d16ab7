"""Phone numbers, formatted for people and for `tel:` links."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FRENCH = re.compile(r"(?:\+33|0033|0)([1-9]\d{8})")
# Country codes of one and two digits (ITU-T E.164); all others have three. The code 33 is for French numbers only.
COUNTRY_CODE = r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9]\d\d"
ELSEWHERE = re.compile(rf"(?:\+|00)(?!33)(?=\d{{8,15}}$)({COUNTRY_CODE})(\d+)")


def phone_link(number: str) -> str:
    """Returns `number` in international form, digits only: « 03 00 00 00 00 » becomes +33300000000.

    French numbers lose their first zero, also in the form « +33 (0)3 … ». Short numbers (3646) are unchanged.
    """
    signs = re.sub(r"[^\d+]", "", number.replace("(0)", "") if number.strip().startswith(("+", "00")) else number)
    if signs.startswith("00"):
        return f"+{signs[2:]}"
    return f"+33{signs[1:]}" if signs.startswith("0") else signs


def readable_phone(text: str) -> str:
    """Returns `text` formatted as « 06 12 34 56 78 », or « +352 26123456 » for foreign numbers.

    Raises `ValidationError` for an invalid number.
    """
    digits = re.sub(r"[\s.\-/()]", "", text.replace("(0)", ""))
    if french := FRENCH.fullmatch(digits):
        number = f"0{french[1]}"
        return " ".join(number[place : place + 2] for place in range(0, 10, 2))
    if foreign := ELSEWHERE.fullmatch(digits):
        return f"+{foreign[1]} {foreign[2]}"
    raise ValidationError(_("Write the number with its ten digits. Example: 0612345678. Abroad, start with +."))
