"""Finds the English that a person would read or hear on a page of the admin."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import django
import polib
from bs4 import BeautifulSoup, Tag
from django.apps import apps
from django.conf import settings
from django.forms.forms import BaseForm
from django.forms.utils import pretty_name

# No word of this list is French; together they are in almost every English sentence and on almost every button.
# “Status” is one, though Wagtail's French has it, and so is the address that its help gives as an example.
WORDS = re.compile(
    r"\b(?:the|and|of|your|you|this|that|with|from|are|for|not|is|to|has|been|was|will|which|when|"
    r"search|filters?|edit|delete|add|save|publish|draft|history|settings|users?|groups?|choose|select|upload|title|"
    r"updated|created|password|view|more|all|back|next|previous|toggle|close|open|expand|show|hide|language|"
    r"locked|unlock|default|can|page types?|loading|remove|move|copy|preview|order by|status|e\.g|domain\.com)\b",
    re.IGNORECASE,
)
# French that no editor would write: a word with both its genders, a verb before a name without article, an age of what
# is to come, and what programmers call things.
CLUMSY = re.compile(
    r"\((?:e|le|ne|tte|ve|elle)\)|\b(?:ce/cette|le/la)\b|\bfragments?\b|\bAny\b|\bNone\b|\bil y a 0 minute|"
    r"\bslug\b|\bbalise titre\b|\bméta-description\b|"
    r"\bchoisir (?:membre|siège|thème|sondage|proposition|service)\b|\bliste de [aeéiou]",
    re.IGNORECASE,
)
SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-w-tooltip-content-value")
# What is meant to be English: names, addresses, code, what editors typed. And two things that Wagtail has in no
# catalogue: a counter that it never shows, and a button beside the one that its chooser of pages shows.
NOT_READ = (
    *("script", "style", "template", "code", "svg", "[lang=en]", "textarea", "noscript"),
    *("[data-side-panel-toggle-counter][hidden]", ".submit.w-sr-only"),
)


def spoken(tree: BeautifulSoup) -> Iterator[str]:
    """Yields what a person reads or hears of a page of the admin; takes out of `tree` what is not read."""
    for tag in tree.select(",".join(NOT_READ)):
        tag.decompose()
    yield from tree.stripped_strings
    for tag in tree.find_all(True):
        yield from (value for name in SPOKEN if isinstance(value := tag.get(name), str))
        if isinstance(tag, Tag) and tag.name == "input" and tag.get("type") in ("submit", "button", "reset"):
            yield str(tag.get("value", ""))


def english_of(tree: BeautifulSoup) -> list[str]:
    """Returns the English texts of a page: they have an English word, or are as a whole what a library says."""
    texts = {" ".join(text.split()) for text in spoken(tree)}
    return sorted(text[:120] for text in texts if WORDS.search(text) or bare(text) in said_by_libraries())


def clumsy_of(tree: BeautifulSoup) -> list[str]:
    """Returns the texts of a page in the French that `CLUMSY` describes."""
    return sorted({text[:120] for text in map(" ".join, map(str.split, spoken(tree))) if CLUMSY.search(text)})


def english_in(html: bytes | str) -> list[str]:
    return english_of(BeautifulSoup(html, "html.parser"))


def bare(text: str) -> str:
    return text.strip(" \xa0*:?…").casefold()


@cache
def said_by_libraries() -> frozenset[str]:
    """Returns what would be shown of Django, Wagtail and the others without their French, but for what is French too.

    That is what their catalogues translate, what they name after their fields and models, and values of Python.
    """
    # « Services » is a role of the site; a field has this name too.
    english, french = {"true", "false", "none"}, {"services"}
    for entry in (entry for catalogue in catalogues() for entry in polib.pofile(str(catalogue))):
        english |= {bare(entry.msgid), bare(entry.msgid_plural)}
        french |= {bare(text) for text in (entry.msgstr, *entry.msgstr_plural.values())}
    for form in subclasses(BaseForm):
        english |= {bare(pretty_name(name)) for name in getattr(form, "base_fields", {})}
    for model in apps.get_models():
        english.add(model._meta.label_lower)
        english |= {bare(pretty_name(field.name)) for field in model._meta.get_fields()}
    # The tree of pages and that of collections start at "Root".
    return frozenset((english | {"root"}) - french - {""})


def catalogues() -> list[Path]:
    """Returns the French catalogues of Django, of the libraries and of the site."""
    folders = [Path(django.__file__).parent / "conf", *(Path(app.path) for app in apps.get_app_configs())]
    return [path for folder in [*folders, settings.BASE_DIR] for path in folder.glob("locale/fr/LC_MESSAGES/django.po")]


def subclasses(parent: type) -> Iterator[type]:
    for child in parent.__subclasses__():
        yield child
        yield from subclasses(child)
