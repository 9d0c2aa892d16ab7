"""Placeholders of starter texts: what somebody has still to fill in, written `[à compléter : le lieu]`."""

import re

PLACEHOLDER = re.compile(r"\[\s*à compléter[^\]]*\]", re.IGNORECASE)
# Three dots after a blank stand for a word that is missing; those after a word end a sentence, those in brackets a cut.
UNNAMED = re.compile(r"(?<!\S)…")


def placeholders_in(*texts: str) -> list[str]:
    """Returns the placeholders that `texts` still have, each once, in their order."""
    return list(dict.fromkeys(found for text in texts for found in PLACEHOLDER.findall(text)))
