"""Search for sections of the site, by name and by synonyms."""

from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest

from cms.discovery.navigation import pages_of
from cms.discovery.section_list import SECTIONS
from cms.discovery.sections import Section
from common.search import fold, same_words, spellings, words

# Quality of a match, the best first.
CALLED_SO, ALSO_CALLED_SO, IN_A_NAME = range(3)


@dataclass(frozen=True)
class FoundSections:
    """Sections that match a query, the best first, with the primary keys of those that are pages.

    `is_named` is True if the first one matches exactly.
    """

    sections: list[Section]
    is_named: bool
    pages: frozenset[int]


def find_sections(terms: list[str], request: HttpRequest) -> FoundSections:
    """Returns the sections with a name that has all of `terms`, exact matches first. One query."""
    ranks = [(rank, section) for section in SECTIONS if (rank := _rank(section, terms)) is not None]
    if not ranks:
        return FoundSections([], is_named=False, pages=frozenset())
    pages = pages_of((section for _rank, section in ranks), request)
    readable = [(rank, section) for rank, section in ranks if not section.is_page or section.target in pages]
    # Sections of equal rank stay in the order of the menu.
    ranked = sorted(readable, key=lambda ranked: ranked[0])
    is_named = bool(ranked) and ranked[0][0] < IN_A_NAME
    return FoundSections([section for _rank, section in ranked], is_named, frozenset(pages.values()))


def _rank(section: Section, terms: list[str]) -> int | None:
    """Returns how well `terms` match `section`, 0 for the best; None without a match."""
    name, *other_names = _names(f"{section.name}, {section.words}")
    if same_words(name, terms):
        return CALLED_SO
    if any(same_words(other, terms) for other in other_names):
        return ALSO_CALLED_SO
    spellings_of_terms = [{fold(form) for form in spellings(term)} for term in terms]
    if any(
        all(forms.intersection(_words_of(candidate)) for forms in spellings_of_terms)
        for candidate in (name, *other_names)
    ):
        return IN_A_NAME
    return None


@cache
def _names(names: str) -> list[str]:
    return names.split(", ")


@cache
def _words_of(name: str) -> frozenset[str]:
    return frozenset(map(fold, words(name)))
