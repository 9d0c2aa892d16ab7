"""Finds English texts, visible or accessible, on a page of the admin."""

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

# None of these words is French; almost every English sentence and button has at least one.
# “Status” is excluded because Wagtail's French has it, like the example address in its help.
WORDS = re.compile(
    r"\b(?:the|and|of|your|you|this|that|with|from|are|for|not|is|to|has|been|was|will|which|when|"
    r"search|filters?|edit|delete|add|save|publish|draft|history|settings|users?|groups?|choose|select|upload|title|"
    r"updated|created|password|view|more|all|back|next|previous|toggle|close|open|expand|show|hide|language|"
    r"locked|unlock|default|can|page types?|loading|remove|move|copy|preview|order by|status|e\.g|domain\.com)\b",
    re.IGNORECASE,
)
# French that no editor would write: both genders of a word, a verb before a noun without article, an age of a future
# date, programmers' terms.
CLUMSY = re.compile(
    r"\((?:e|le|ne|tte|ve|elle)\)|\b(?:ce/cette|le/la)\b|\bfragments?\b|\bAny\b|\bNone\b|\bil y a 0 minute|"
    r"\bslug\b|\bbalise titre\b|\bméta-description\b|"
    r"\bchoisir (?:membre|siège|thème|sondage|proposition|service)\b|\bliste de [aeéiou]",
    re.IGNORECASE,
)
TEXT_ATTRIBUTES = ("aria-label", "title", "placeholder", "alt", "data-w-tooltip-content-value")
# Intended English: names, URLs, code, texts of editors. And two texts missing from Wagtail's catalogues: a counter that
# is never shown, and a button beside the one that its page chooser shows.
NOT_READ = (
    *("script", "style", "template", "code", "svg", "[lang=en]", "textarea", "noscript"),
    *("[data-side-panel-toggle-counter][hidden]", ".submit.w-sr-only"),
)


def accessible_texts(tree: BeautifulSoup) -> Iterator[str]:
    """Yields the visible and accessible texts of a page of the admin; removes the others from `tree`."""
    for tag in tree.select(",".join(NOT_READ)):
        tag.decompose()
    yield from tree.stripped_strings
    for tag in tree.find_all(True):
        yield from (value for name in TEXT_ATTRIBUTES if isinstance(value := tag.get(name), str))
        if isinstance(tag, Tag) and tag.name == "input" and tag.get("type") in ("submit", "button", "reset"):
            yield str(tag.get("value", ""))


def english_of(tree: BeautifulSoup) -> list[str]:
    """Returns the English texts of a page: those with an English word, or equal to a library's untranslated message."""
    texts = {" ".join(text.split()) for text in accessible_texts(tree)}
    return sorted(text[:120] for text in texts if WORDS.search(text) or bare(text) in untranslated_messages())


def clumsy_of(tree: BeautifulSoup) -> list[str]:
    """Returns the texts of a page that match `CLUMSY`."""
    return sorted({text[:120] for text in map(" ".join, map(str.split, accessible_texts(tree))) if CLUMSY.search(text)})


def english_in(html: bytes | str) -> list[str]:
    return english_of(BeautifulSoup(html, "html.parser"))


def bare(text: str) -> str:
    return text.strip(" \xa0*:?…").casefold()


@cache
def untranslated_messages() -> frozenset[str]:
    """Returns the texts that libraries would show without their French, except those that are the same in French.

    They are the messages of the catalogues, the names of fields and models, and Python's own values.
    """
    # « Services » is a group of the site and the name of a field.
    english, french = {"true", "false", "none"}, {"services"}
    for entry in (entry for catalogue in catalogues() for entry in polib.pofile(str(catalogue))):
        english |= {bare(entry.msgid), bare(entry.msgid_plural)}
        french |= {bare(text) for text in (entry.msgstr, *entry.msgstr_plural.values())}
    for form in subclasses(BaseForm):
        english |= {bare(pretty_name(name)) for name in getattr(form, "base_fields", {})}
    for model in apps.get_models():
        english.add(model._meta.label_lower)
        english |= {bare(pretty_name(field.name)) for field in model._meta.get_fields()}
    # The trees of pages and collections start at "Root".
    return frozenset((english | {"root"}) - french - {""})


def catalogues() -> list[Path]:
    """Returns the French catalogues of Django, of the libraries and of the site."""
    folders = [Path(django.__file__).parent / "conf", *(Path(app.path) for app in apps.get_app_configs())]
    return [path for folder in [*folders, settings.BASE_DIR] for path in folder.glob("locale/fr/LC_MESSAGES/django.po")]


def subclasses(parent: type) -> Iterator[type]:
    for child in parent.__subclasses__():
        yield child
        yield from subclasses(child)
