"""Export of the public sources as an OPML file, which any feed reader imports."""

from collections.abc import Iterable
from datetime import datetime
from io import StringIO
from xml.sax.xmlreader import AttributesImpl

from django.utils.http import http_date
from django.utils.xmlutils import SimplerXMLGenerator

from veille.models import Source


def opml_of(sources: Iterable[Source], *, title: str, changed_at: datetime | None) -> str:
    """Returns an OPML 2.0 document of `sources`."""
    out = StringIO()
    xml = SimplerXMLGenerator(out, "utf-8")
    xml.startDocument()
    xml.startElement("opml", AttributesImpl({"version": "2.0"}))
    xml.startElement("head", AttributesImpl({}))
    xml.addQuickElement("title", title)
    if changed_at:
        xml.addQuickElement("dateModified", http_date(changed_at.timestamp()))
    xml.endElement("head")
    xml.startElement("body", AttributesImpl({}))
    for source in sources:
        optional = {"htmlUrl": source.site_url, "language": source.language}
        xml.addQuickElement(
            "outline",
            attrs={
                "type": "rss",
                "text": source.name,
                "title": source.name,
                "xmlUrl": source.feed_url,
                **{name: value for name, value in optional.items() if value},
            },
        )
    xml.endElement("body")
    xml.endElement("opml")
    xml.endDocument()
    return out.getvalue()
