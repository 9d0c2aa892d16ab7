"""Policy of answers that show the HTML of a mail in a frame, as a mail program would."""

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_replace
from django.http import HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin


def mail_frame(view: Callable[..., HttpResponse]) -> Callable[..., Any]:
    """For answers that are the HTML of a mail, which brings its own inline styles.

    It may do nothing else: no script, no image, no form, no parent but this site.
    """
    return csp_replace(
        {
            "script-src": None,
            "img-src": None,
            "font-src": None,
            "connect-src": None,
            "manifest-src": None,
            "form-action": ["'none'"],
            "style-src": ["'unsafe-inline'"],
            "frame-ancestors": ["'self'"],
            "sandbox": ["allow-popups"],
        }
    )(xframe_options_sameorigin(view))
