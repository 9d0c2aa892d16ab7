"""Placeholders of starter texts: what is still to be filled in, and addresses of an example, which nobody reads."""

import re

from common.public_hosts import is_of_an_example

# Written `[à compléter : le lieu]`.
PLACEHOLDER = re.compile(r"\[\s*à compléter[^\]]*\]", re.IGNORECASE)
# Three dots after a blank stand for a word that is missing; those after a word end a sentence, those in brackets a cut.
UNNAMED = re.compile(r"(?<!\S)…")
EMAIL = re.compile(r"[\w.+-]+@(?P<host>[\w-]+(?:\.[\w-]+)+)")


def placeholders_in(*texts: str) -> list[str]:
    """Returns the placeholders that `texts` still have, each once, in their order."""
    return list(dict.fromkeys(found for text in texts for found in PLACEHOLDER.findall(text)))


def example_addresses_in(*texts: str) -> list[str]:
    """Returns the e-mail addresses in `texts` whose host is kept for examples, each once, in their order."""
    found = (match for text in texts for match in EMAIL.finditer(text))
    return list(dict.fromkeys(match[0] for match in found if is_of_an_example(match["host"])))
