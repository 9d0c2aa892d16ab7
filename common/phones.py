"""Phone numbers as the `tel:` address of a link writes them."""

import re


def phone_link(number: str) -> str:
    """Returns `number` in its international form, figures only: « 03 00 00 00 00 » is +33300000000.

    A number of France loses its first zero, also where it is written « +33 (0)3 … ». A short one (3646) stays as it is.
    """
    signs = re.sub(r"[^\d+]", "", number.replace("(0)", "") if number.strip().startswith(("+", "00")) else number)
    if signs.startswith("00"):
        return f"+{signs[2:]}"
    return f"+33{signs[1:]}" if signs.startswith("0") else signs
