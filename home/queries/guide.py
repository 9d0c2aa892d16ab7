"""Guide for the team of the site: its chapters, the roles they are for, and search.

A chapter is a file of `docs/guide`, in the Markdown subset of `common.markdown`: a title, an introduction, then
sections. A link to another file becomes one to that chapter; a picture, alone on its line, is a file of
`static/img/guide`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.images import get_image_dimensions
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cms.admin.articles import lists_to_write_in
from cms.permissions import can_configure_site
from committee.permissions import can_edit_sessions
from common.markdown import french, html
from common.reading_ease import plain
from common.search import fold, spellings, words
from common.table_of_contents import Heading, with_contents
from digests.permissions import can_preview
from fieldwork.permissions import can_follow_findings
from home.queries.opening import can_open_site
from participation.permissions import can_answer_proposals, can_enter_for_others, can_moderate_any
from polls.permissions import can_change_polls

FOLDER = Path(settings.BASE_DIR) / "docs" / "guide"
PICTURES = Path(settings.BASE_DIR) / "static" / "img" / "guide"
# Screenshots have twice the size at which they are shown.
DENSITY = 2

# Each chapter, by file name, with a test for whether it is about the work of a user.
CHAPTERS: dict[str, Callable[[Any], bool]] = {
    "se-reperer": lambda user: True,
    "ouvrir": can_open_site,
    "animation": can_configure_site,
    "redaction": lambda user: bool(lists_to_write_in(user)),
    "lettre": can_preview,
    "secretariat": can_edit_sessions,
    "moderation": can_moderate_any,
    "reponses": can_answer_proposals,
    "accueil": can_enter_for_others,
    "sondages": can_change_polls,
    "essais": can_follow_findings,
}

_PICTURE = re.compile(r"^!\[(?P<alt>[^\]]+)\]\(\.\./\.\./static/img/guide/(?P<name>[\w.-]+)\)$", re.MULTILINE)
_CHAPTER_LINK = re.compile(r"\]\(([\w-]+)\.md\)")


@dataclass(frozen=True)
class Section:
    """Section of a chapter; `text` is used by the search."""

    heading: Heading
    text: str

    def count(self, wanted: list[list[str]]) -> int:
        """Returns how many words of `wanted`, each in any of its spellings, are in the section."""
        text = fold(self.text)
        return sum(any(spelling in text for spelling in spellings) for spellings in wanted)

    def names(self, wanted: list[list[str]]) -> int:
        """Returns how many words of `wanted` are in its heading."""
        title = fold(self.heading.title)
        return sum(any(spelling in title for spelling in spellings) for spellings in wanted)


@dataclass(frozen=True)
class Chapter:
    """One file of the guide, rendered."""

    slug: str
    title: str
    introduction: str
    html: SafeString
    sections: list[Section]

    @property
    def url(self) -> str:
        return reverse("guide_chapter", args=[self.slug])


@dataclass(frozen=True)
class GuideMatch:
    """Section found by a search."""

    chapter: Chapter
    section: Section

    @property
    def url(self) -> str:
        return f"{self.chapter.url}#{self.section.heading.anchor}"


@cache
def chapter(slug: str) -> Chapter:
    """Returns the chapter `slug`, read once per process: files do not change while it runs."""
    source = (FOLDER / f"{slug}.md").read_text(encoding="utf-8")
    title, introduction, text = source.split("\n\n", 2)
    contents = with_contents(_html(text), prefix=slug)
    # Text before the first heading belongs to no section.
    parts = re.split(r"(?=<h2)", contents.html)[-len(contents.headings) :]
    return Chapter(
        slug=slug,
        title=french(title.removeprefix("# ")),
        introduction=french(introduction),
        html=contents.html,
        sections=[Section(*pair) for pair in zip(contents.headings, map(plain, parts), strict=True)],
    )


def chapters() -> list[Chapter]:
    """Returns the whole guide."""
    return [chapter(slug) for slug in CHAPTERS]


def chapters_about_work_of(user: Any) -> list[Chapter]:
    """Returns the chapters about the work of `user`."""
    return [chapter(slug) for slug, is_about in CHAPTERS.items() if is_about(user)]


def search(query: str) -> list[GuideMatch]:
    """Returns the sections with all words of `query`, in the singular or the plural; none for an empty one.

    If no section has them all: those with the most, if more than half of them. Sections with more of them in the
    heading come first.
    """
    wanted = [[fold(spelling) for spelling in spellings(word)] for word in words(query)]
    if not wanted:
        return []
    counted = [
        (section.count(wanted), GuideMatch(chapter, section)) for chapter in chapters() for section in chapter.sections
    ]
    most = max(count for count, _found in counted)
    if 2 * most <= len(wanted):
        return []
    best = [match for count, match in counted if count == most]
    return sorted(best, key=lambda match: -match.section.names(wanted))


def _html(text: str) -> str:
    """Returns the HTML of the body of a chapter."""
    text = _CHAPTER_LINK.sub(lambda match: f"]({reverse('guide_chapter', args=[match[1]])})", text)
    parts = _PICTURE.split(text)
    # Text, description, name, text, description, name… text.
    pictures = [_picture(*pair) for pair in zip(parts[1::3], parts[2::3], strict=True)]
    return "".join(
        (html(part) if part.strip() else "") + picture
        for part, picture in zip(parts[::3], [*pictures, ""], strict=True)
    )


def _picture(alt: str, name: str) -> str:
    width, height = get_image_dimensions(PICTURES / name)
    return format_html(
        '<p><img class="guide__picture" src="{}" alt="{}" width="{}" height="{}" loading="lazy"></p>',
        *(static(f"img/guide/{name}"), french(alt), (width or 0) // DENSITY, (height or 0) // DENSITY),
    )
