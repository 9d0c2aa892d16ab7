"""The rule of public names: a name is no address and no office, and what is read in it is what is written in it."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.sanitising import is_seen

# Categories of characters that draw nothing or change the line: controls, marks without width, ends of lines, halves.
WITHOUT_DRAWING = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
# An e-mail address, a web address, or the name of a site: « odile.fr », but not « Odile M. » nor « J.R. Martin ».
ADDRESS = re.compile(r"@|//|\bwww\b|\w\w\.[^\W\d_]{2,}", re.IGNORECASE)
# Digits, and an i without its dot, that are read as letters.
READ_AS = str.maketrans("0134578ı", "oieastbi")
# Who speaks for the site, in whatever form of the word; then words that do so only as a whole.
OFFICES = (
    "moderat",
    "administrat",
    "secretariat",
    "webmaster",
    "webmestre",
    "coordinat",
    "rapporteur",
    "metropole",
)
OFFICE_WORDS = {
    "accueil",
    "admin",
    "animation",
    "comite",
    "equipe",
    "mairie",
    "officiel",
    "redaction",
    "services",
    "support",
}

LETTERS_ONLY = _("Write your name with letters, spaces and hyphens only.")
NO_ADDRESS = _("Write a name, without an e-mail address or a web address: everybody reads it.")
NO_OFFICE = _("This name would speak for the site or for the city. Write your own name, for example: Odile M.")


def validate_public_name(name: str) -> None:
    """Refuses what could dress a name up as something else on a page or in a mail (CVE-2026-23891).

    Raises `ValidationError` for tags, characters that draw nothing, letters of two scripts or drawn like others, a name
    that shows nothing, an address, an office.
    """
    if "<" in name or ">" in name or not is_seen(name) or any(_is_disguised(char) for char in name) or _is_mixed(name):
        raise ValidationError(LETTERS_ONLY, code="public_name")
    if ADDRESS.search(name):
        raise ValidationError(NO_ADDRESS, code="public_name")
    if _is_office(name):
        raise ValidationError(NO_OFFICE, code="public_name")


def _is_disguised(char: str) -> bool:
    """A character without a drawing, or a letter drawn like another one: full width, mathematical, small capital."""
    if unicodedata.category(char) in WITHOUT_DRAWING:
        return True
    if not char.isalpha():
        return False
    return unicodedata.normalize("NFKC", char) != unicodedata.normalize("NFC", char) or "SMALL CAPITAL" in _named(char)


def _is_mixed(name: str) -> bool:
    """Letters of two scripts, as a Cyrillic « о » in a name of Latin letters."""
    return len({_named(char).partition(" ")[0] for char in name if char.isalpha()}) > 1


def _named(char: str) -> str:
    return unicodedata.name(char, "")


def _is_office(name: str) -> bool:
    plain = "".join(char for char in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(char))
    read = plain.translate(READ_AS)
    squeezed = "".join(filter(str.isalpha, read))
    words = re.findall(r"[^\W\d_]+", read)
    return any(office in squeezed for office in OFFICES) or bool({squeezed, *words} & OFFICE_WORDS)
