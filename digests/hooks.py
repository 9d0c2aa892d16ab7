"""Extension points of the digest: Wagtail hooks that higher modules register on, in `wagtail_hooks.py`.

@hooks.register(EDITORIAL_PREVIEW_HOOK)
def preview(editorial: EditorialWord, *, is_text: bool) -> HttpResponse: ...
"""

from django.db.models import Model
from django.http import HttpResponse
from wagtail import hooks

# Digest with an editorial at its top, for Wagtail's preview panel: HTML, or the text part of the mail.
EDITORIAL_PREVIEW_HOOK = "editorial_preview"


def editorial_preview(editorial: Model, *, is_text: bool) -> HttpResponse:
    """Returns the preview of `editorial` from the single registered function."""
    (render,) = hooks.get_hooks(EDITORIAL_PREVIEW_HOOK)
    return render(editorial, is_text=is_text)
