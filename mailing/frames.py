"""Content security policy of a response that shows the HTML of a mail in a frame."""

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse

# Differences from the policy of the site. Inline styles of the mail are allowed; scripts, images, forms and embedding
# by other sites are not. The frame keeps its origin, so that the editor can scroll its preview; without scripts, the
# mail cannot use it.
POLICY = {
    "script-src": None,
    "img-src": None,
    "font-src": None,
    "connect-src": None,
    "manifest-src": None,
    "form-action": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-same-origin"],
}


def framed_mail(html: str) -> HttpResponse:
    """Returns a response with `html` that pages of this site can show in a frame."""
    response = HttpResponse(html, headers={"X-Frame-Options": "SAMEORIGIN"})
    csp_replace(POLICY)(lambda _request: response)(HttpRequest())
    return response
