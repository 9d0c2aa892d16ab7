"""Readability of a page, measured on the committee's own sentences: without quotations, figures and tables."""

from collections.abc import Iterator

from django.db import models
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.models.checks import LONG_SENTENCE
from common.reading_ease import WORD, lix, longest_sentence, plain

# Minimum number of words for a meaningful measure.
MEANINGFUL_WORDS = 40


def text_of(page: Page) -> str:
    """Returns the sentences of `page` (specific), one block per line."""
    return "\n".join(filter(None, _texts(page)))


def _texts(page: Page) -> Iterator[str]:
    inherited = {field.name for field in Page._meta.get_fields()}
    for field in page._meta.get_fields():
        if field.name in inherited:
            continue
        if isinstance(field, StreamField):
            yield from _body_texts(getattr(page, field.name))
        elif isinstance(field, models.TextField):
            yield getattr(page, field.name)


def _body_texts(body: StreamValue) -> Iterator[str]:
    for child in body:
        if child.block_type == "text":
            yield plain(child.value.source)
        elif child.block_type == "highlight":
            yield child.value["text"]


def lix_of(text: str) -> int:
    """Returns the LIX of `text`, 0 if it is too short."""
    return round(lix(text)) if len(WORD.findall(text)) >= MEANINGFUL_WORDS else 0


def long_sentence(text: str) -> list[str]:
    """Returns the words of the longest sentence of `text` if it is too long, else an empty list."""
    words = longest_sentence(text)
    return words if len(words) > LONG_SENTENCE else []
