"""Rendering of the template pairs of mails."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation


def render_mail(name: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Returns the text and the HTML of a mail from `<name>.txt` and `<name>.html`, in the language of the site.

    The text is a template of its own, not stripped HTML. They extend `emails/base.txt` and `emails/base.html`.
    """
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string(f"{name}.txt", dict(context))
        html = render_to_string(f"{name}.html", dict(context))
    return text.strip() + "\n", html
