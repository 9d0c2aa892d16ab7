"""Policy of an answer that is the HTML of a mail, which a frame shows as a mail program would."""

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse

# What differs from the policy of the site. A mail brings its own inline styles. It may do nothing else: no script, no
# image, no form, no parent but this site.
# A frame keeps its origin, which without scripts gives the mail nothing: the form of an editor scrolls its preview.
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
    """Returns the answer that a frame of this site shows: `html`, under the policy of a mail."""
    response = HttpResponse(html, headers={"X-Frame-Options": "SAMEORIGIN"})
    csp_replace(POLICY)(lambda _request: response)(HttpRequest())
    return response
