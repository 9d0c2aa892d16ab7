"""The eight blocks of a body. No raw HTML, colours, columns or embeds: editors choose what to say, not how it looks."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

TEXT_FEATURES = ["h2", "h3", "bold", "ol", "ul", "link", "document-link"]


class BodyBlock(blocks.StreamBlock):
    """The body of a page."""

    text = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES, template="cms/blocks/text.html")

    class Meta:
        max_num = 40
