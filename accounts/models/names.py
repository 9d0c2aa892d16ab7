"""Rules of public names: no address, no impersonation, no deceptive characters."""

import re
import unicodedata
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from common.city import CITY
from common.sanitising import is_seen

# Unicode categories of invisible or line-breaking characters: controls, zero-width marks, line separators, surrogates.
WITHOUT_DRAWING = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
# E-mail address, web address, or domain name: « odile.fr », but not « Odile M. » nor « J.R. Martin ».
ADDRESS = re.compile(r"@|//|\bwww\b|\w\w\.[^\W\d_]{2,}", re.IGNORECASE)
# Lookalikes: digits, dotless i and l, mapped to letters; then pairs of letters mapped to one.
READ_AS = str.maketrans("0134578ıl", "oieastbii")
READ_AS_ONE = (("rn", "m"), ("vv", "w"))
# Stems of words that speak for the site, the city or the state, matched anywhere in the letters of the name.
STEMS = (
    "administrat",
    "coordinat",
    "donotreply",
    "francetravail",
    "metropole",
    "moderat",
    "municipal",
    "nepasrepondre",
    "noreply",
    "poleemploi",
    "prefecture",
    "rapporteur",
    "secretariat",
    "webmaster",
    "webmestre",
)
# Words that speak for the site, the city or the state anywhere in a name: they are not surnames.
OFFICE_WORDS = (
    *("accueil", "admin", "admine", "animation", "caf", "cnil", "comite", "cpam", "dgfip", "dpo", "equipe", "impots"),
    *("mairie", "officiel", "officielle", "redaction", "services", "support", "urssaf"),
)
# Titles that are also surnames, and words for nobody, refused only by themselves: « Maire », but not « Paul Maire ».
TITLES = (
    *("adjoint", "adjointe", "agent", "agente", "animateur", "animatrice", "anonyme", "anonymous", "assistance"),
    *("cabinet", "compte", "conseil", "conseiller", "conseillere", "defenseur", "defenseure", "delegue", "deleguee"),
    *("depute", "deputee", "directeur", "direction", "directrice", "elu", "elue", "elus", "gendarmerie", "guest"),
    *("maire", "maires", "mediateur", "mediatrice", "police", "prefet", "prefete", "president", "presidente"),
    *("redacteur", "redactrice", "secretaire", "senateur", "senatrice", "service", "ville", "visiteur", "visiteuse"),
    "visitor",
)
# Words that do not turn a title into a name: « la maire », « service numérique de la ville ».
FILLERS = (
    *("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "un", "une", "votre", "notre"),
    *("m", "mr", "mme", "mlle", "madame", "monsieur", "client", "clients", "donnees", "droits", "general", "generale"),
    *("hotel", "numerique", "participer", "participation", "premier", "premiere", "protection", "site", "technique"),
    "vice",
)
# Texts that pages show in place of a name, refused in each language of the site and as they stand in the code.
PLACEHOLDERS = (_("Deleted account"), _("Former member"), _("A person"), _("Someone"))

# Words up to this length do not identify anybody: « M. », « de ».
SHORT_WORD = 2
LETTERS_ONLY = _("Write your name with letters, spaces and hyphens only.")
NO_ADDRESS = _("Write a name, without an e-mail address or a web address: everybody reads it.")
NO_OFFICE = _(
    "This name would speak for the site or for the city. Write your own name, for example: Odile M. It is your name? "
    "Write to us by the page “Contact”: we can allow it."
)
NOT_OF_TEAM = _(
    "Somebody of the team has this name. Add a letter or a word to yours. It is your name? Write to us by the page "
    "“Contact”: we can allow it."
)


def validate_public_name(name: str) -> None:
    """Raises `ValidationError` for a name with deceptive characters, or one that speaks for others."""
    validate_written_name(name)
    if speaks_for_others(name):
        raise ValidationError(NO_OFFICE, code="public_name")


def validate_written_name(name: str) -> None:
    """Raises `ValidationError` for a name that could pass for other content on a page or in a mail (CVE-2026-23891).

    Refuses tags, invisible characters, mixed scripts, lookalike letters, names that show nothing, and addresses.
    """
    if "<" in name or ">" in name or not is_seen(name) or any(_is_disguised(char) for char in name) or _is_mixed(name):
        raise ValidationError(LETTERS_ONLY, code="public_name")
    if ADDRESS.search(name):
        raise ValidationError(NO_ADDRESS, code="public_name")


def may_identify(name: str) -> bool:
    """Returns whether `name` may identify a person: it has two long words, or a digit."""
    long = [word for word in re.findall(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*", name) if len(word) > SHORT_WORD]
    return len(long) > 1 or any(map(str.isdigit, name))


def skeleton(name: str) -> str:
    """Returns `name` without accents, case or lookalikes, for comparison."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(char))
    read = plain.translate(READ_AS)
    for pair, letter in READ_AS_ONE:
        read = read.replace(pair, letter)
    return read


def squeezed(name: str) -> str:
    """Returns the letters of the skeleton of `name`, so that spaces and punctuation do not matter."""
    return "".join(filter(str.isalpha, skeleton(name)))


def speaks_for_others(name: str) -> bool:
    """Returns whether `name` reads as an office of the city, the team of the site, or a placeholder of its pages.

    A title is an office if it stands alone, or with filler words, the name of the city or another title. With a first
    name it is a surname.
    """
    letters, name_words = squeezed(name), set(_words(name))
    offices, titles, fillers = (_skeletons(words) for words in (OFFICE_WORDS, TITLES, FILLERS))
    if any(squeezed(stem) in letters for stem in (*STEMS, CITY.institution)):
        return True
    if letters in _placeholders():
        return True
    if {letters, *name_words} & offices or letters in titles:
        return True
    city = set(_words(CITY.name))
    named = name_words & titles
    if city <= name_words:
        return bool(named) or name_words <= city | fillers
    return len(named) > 1 or (bool(named) and name_words <= named | fillers)


@cache
def _placeholders() -> frozenset[str]:
    found = set()
    for language in (None, *dict(settings.LANGUAGES)):
        with override(language):
            found |= {squeezed(str(placeholder)) for placeholder in PLACEHOLDERS}
    return frozenset(found)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", skeleton(text))


@cache
def _skeletons(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(skeleton(word) for word in words)


def _is_disguised(char: str) -> bool:
    """Returns whether `char` is invisible, or a lookalike letter: full width, mathematical, small capital."""
    if unicodedata.category(char) in WITHOUT_DRAWING:
        return True
    if not char.isalpha():
        return False
    return unicodedata.normalize("NFKC", char) != unicodedata.normalize("NFC", char) or "SMALL CAPITAL" in _named(char)


def _is_mixed(name: str) -> bool:
    """Returns whether `name` mixes scripts, such as a Cyrillic « о » among Latin letters."""
    return len({_named(char).partition(" ")[0] for char in name if char.isalpha()}) > 1


def _named(char: str) -> str:
    return unicodedata.name(char, "")
