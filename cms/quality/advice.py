"""Advice to editors after saving a page that is hard to read or not filled in: never a refusal."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext
from wagtail.models import Page

from cms.models import BasePage
from cms.models.checks import HARD_LIX, LONG_SENTENCE
from cms.quality.readability import lix_of, long_sentence, text_of
from common.placeholders import placeholders_in

SHOWN_WORDS = 12


def advise(request: HttpRequest, page: Page) -> None:
    """Adds to the messages of `request` what would make `page`, just saved, better to read.

    The editor's browser saves by itself every few moments and shows no message then: nothing is kept for later.
    """
    if isinstance(page.specific, BasePage) and request.accepts("text/html"):
        for advice in advice_on(page.specific):
            messages.warning(request, advice)


def advice_on(page: BasePage) -> list[str]:
    """Returns one sentence for each thing to improve; none when the page reads well and is complete."""
    text = text_of(page)
    found = [gettext("Something is still to be filled in: %(what)s") % {"what": one} for one in placeholders_in(text)]
    if words := long_sentence(text):
        found.append(
            gettext("A sentence has %(count)d words: “%(start)s…”. Cut it in two: %(limit)d words are enough.")
            % {"count": len(words), "start": " ".join(words[:SHOWN_WORDS]), "limit": LONG_SENTENCE}
        )
    if (lix := lix_of(text)) > HARD_LIX:
        found.append(
            gettext("This page is hard to read: its LIX is %(lix)d. Shorter sentences bring it below %(limit)d.")
            % {"lix": lix, "limit": HARD_LIX}
        )
    return found
