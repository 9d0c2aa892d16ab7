"""Search among the sections of the site, by their names and by the other words that people have for them."""

from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest

from cms.discovery.navigation import pages_of
from cms.discovery.section_list import SECTIONS
from cms.discovery.sections import Section
from common.search import fold, same_words, spellings, words

# How well a query names a section, the best first.
CALLED_SO, ALSO_CALLED_SO, IN_A_NAME = range(3)


@dataclass(frozen=True)
class FoundSections:
    """Sections that a query finds, the best first; whether it named the first; keys of those that are pages."""

    sections: list[Section]
    is_named: bool
    pages: frozenset[int]


def find_sections(terms: list[str], request: HttpRequest) -> FoundSections:
    """Returns the sections of which one name holds all of `terms`: those that are called so first. One query."""
    found = [(rank, section) for section in SECTIONS if (rank := _rank(section, terms)) is not None]
    if not found:
        return FoundSections([], is_named=False, pages=frozenset())
    pages = pages_of((section for _rank, section in found), request)
    readable = [(rank, one) for rank, one in found if not one.is_page or one.target in pages]
    # The order of the menu stays among those of a rank.
    ranked = sorted(readable, key=lambda ranked: ranked[0])
    is_named = bool(ranked) and ranked[0][0] < IN_A_NAME
    return FoundSections([section for _rank, section in ranked], is_named, frozenset(pages.values()))


def _rank(section: Section, terms: list[str]) -> int | None:
    """Returns how well `terms` name `section`, 0 the best; None if they do not."""
    name, *others = _names(f"{section.name}, {section.words}")
    if same_words(name, terms):
        return CALLED_SO
    if any(same_words(other, terms) for other in others):
        return ALSO_CALLED_SO
    wanted = [{fold(form) for form in spellings(term)} for term in terms]
    if any(all(forms.intersection(_words_of(one)) for forms in wanted) for one in (name, *others)):
        return IN_A_NAME
    return None


@cache
def _names(names: str) -> list[str]:
    return names.split(", ")


@cache
def _words_of(name: str) -> frozenset[str]:
    return frozenset(map(fold, words(name)))
