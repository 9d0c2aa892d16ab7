"""Advice to editors after saving a page: readability, placeholders, dates. It never prevents saving."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.models import BasePage, CustomDocument, CustomImage
from cms.models.checks import HARD_LIX, LONG_SENTENCE
from cms.models.files import closed_collections
from cms.quality.readability import lix_of, long_sentence, text_of
from common.placeholders import example_addresses_in, placeholders_in

SHOWN_WORDS = 12
# Pages show pictures up to 800 pixels wide; below half of that they are blurred or tiny.
SMALLEST_WIDTH = 400


def advise(request: HttpRequest, page: Page) -> None:
    """Adds advice on the saved `page` to the messages of `request`.

    Skipped for automatic saves, whose response displays no messages: they would appear later.
    """
    if isinstance(page.specific, BasePage) and request.accepts("text/html"):
        for advice in advice_on(page.specific):
            messages.warning(request, advice)


def advice_on(page: BasePage) -> list[str]:
    """Returns one sentence per possible improvement; none for a readable and complete page."""
    text = text_of(page)
    advice = [
        gettext("Something is still to be filled in: %(what)s") % {"what": placeholder}
        for placeholder in placeholders_in(text)
    ]
    advice += [
        gettext("“%(address)s” is an example: nobody reads it.") % {"address": address}
        for address in example_addresses_in(text)
    ]
    if words := long_sentence(text):
        advice.append(
            gettext("A sentence has %(count)d words: “%(start)s…”. Cut it in two: %(limit)d words are enough.")
            % {"count": len(words), "start": " ".join(words[:SHOWN_WORDS]), "limit": LONG_SENTENCE}
        )
    if (lix := lix_of(text)) > HARD_LIX:
        advice.append(
            gettext("This page is hard to read: its LIX is %(lix)d. Shorter sentences bring it below %(limit)d.")
            % {"lix": lix, "limit": HARD_LIX}
        )
    advice += [
        gettext("“%(title)s” has no number at the moment: readers see a sentence instead of a key figure.")
        % {"title": indicator}
        for indicator in _without_figure(page)
    ]
    advice += page.advice()
    files = _files_of(page)
    advice += [
        gettext("“%(file)s” is in a reserved collection: readers do not see it. Move it, or choose another one.")
        % {"file": file}
        for file in _closed_files(page, files)
    ]
    return [*advice, *_small_pictures(files[CustomImage])]


def _small_pictures(pks: set[Any]) -> Iterator[str]:
    """Yields advice on the images `pks` that are too small to be read."""
    template = gettext(
        "“%(file)s” is only %(width)d × %(height)d pixels: choose a picture %(smallest)d pixels wide at least."
    )
    for image in CustomImage.objects.filter(pk__in=pks, width__lt=SMALLEST_WIDTH).order_by("title"):
        yield template % {"file": image, "width": image.width, "height": image.height, "smallest": SMALLEST_WIDTH}


def _without_figure(page: BasePage) -> Iterator[Model]:
    """Yields the indicators of the key figures of `page` whose last value is missing or left out."""
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            for child in field.value_from_object(page).blocks_by_name("key_figure"):
                indicator = child.value["indicator"]
                if indicator and not indicator.has_figure:
                    yield indicator


def _closed_files(page: BasePage, files: dict[type[Model], set[Any]]) -> Iterator[CustomImage | CustomDocument]:
    """Yields the objects of `files` that the readers of `page` may not open; none for a restricted page."""
    for model in (CustomImage, CustomDocument):
        chosen = model.objects.filter(pk__in=files[model])
        closed = chosen.filter(collection__in=closed_collections()).order_by("title")
        if closed and not page.get_view_restrictions():
            yield from closed


def _files_of(page: BasePage) -> dict[type[Model], set[Any]]:
    """Returns the primary keys of the images and documents of `page`, by model."""
    keys: dict[type[Model], set[Any]] = defaultdict(set)
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            for model, key, *_places in field.extract_references(field.value_from_object(page)):
                keys[model].add(key)
        elif field.many_to_one and field.related_model is CustomImage:
            keys[CustomImage].add(getattr(page, field.attname))
    for pks in keys.values():
        pks.discard(None)
    return keys
