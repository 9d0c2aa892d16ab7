"""Messages displayed next to their object instead of at the top of the page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect

# Extra tag of placed messages: `components/notice_at.html` displays them, `components/messages.html` all others.
PLACED = "at-"


def redirect_with_notice(request: HttpRequest, url: str, sentence: str) -> HttpResponseRedirect:
    """Redirects to `url`, and displays `sentence` at its anchor, or at the top of the page without one.

    The template of the anchored object includes `components/notice_at.html`.
    """
    page, _hash, place = url.partition("#")
    messages.success(request, sentence, extra_tags=f"{PLACED}{place}" if place else "")
    return HttpResponseRedirect(f"{page}#{place}-avis" if place else page)
