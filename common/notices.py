"""Messages that are shown where one looks, beside what they are about, in place of the top of the page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect

# `components/notice_at.html` shows a message at its place, `components/messages.html` those that have none.
PLACED = "at-"


def redirect_with_notice(request: HttpRequest, url: str, sentence: str) -> HttpResponseRedirect:
    """Leads to `url`, where what its anchor names says `sentence`; without an anchor, the top of the page does.

    The template of that thing includes `components/notice_at.html`.
    """
    page, _hash, place = url.partition("#")
    messages.success(request, sentence, extra_tags=f"{PLACED}{place}" if place else "")
    return HttpResponseRedirect(f"{page}#{place}-avis" if place else page)
