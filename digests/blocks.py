"""Blocks of a newsletter: four kinds, supported by all mail programs and readable as text."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import ButtonBlock


def paragraphs_of(text: str) -> list[str]:
    """Returns the paragraphs of `text`, separated by empty lines."""
    return [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


class NewsletterBlock(blocks.StreamBlock):
    """Body of a newsletter: plain text only, so that HTML and text parts of the mail have the same content."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=80, icon="title", help_text=_("Example: The new room"))
    text = blocks.TextBlock(
        label=_("Text"),
        max_length=2_000,
        icon="pilcrow",
        help_text=_("One idea per sentence. Leave an empty line between two paragraphs."),
    )
    points = blocks.ListBlock(blocks.CharBlock(label=_("Line"), max_length=300), label=_("List"), icon="list-ul")
    button = ButtonBlock()

    class Meta:
        max_num = 20
        block_counts = {"button": {"max_num": 3}}
