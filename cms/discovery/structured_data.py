"""Structured data (schema.org) of pages, limited to what the page displays."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe

from cms.discovery.cards import picture_of
from common.templatetags.dates import isoformat
from common.urls import absolute_url

if TYPE_CHECKING:
    from cms.models import BasePage, SiteConfiguration

CONTEXT = "https://schema.org"
Facts = dict[str, Any]


def publisher() -> Facts:
    """Returns the publisher of the site, for use in other objects."""
    return {
        "@type": "GovernmentOrganization",
        "@id": absolute_url("/#comite"),
        "name": settings.WAGTAIL_SITE_NAME,
        "url": absolute_url("/"),
        "logo": absolute_url(static("img/icon-512.png")),
    }


def organisation(configuration: "SiteConfiguration") -> Facts:
    """Returns the committee with its contact details."""
    contact = {
        "@type": "ContactPoint",
        "contactType": "customer service",
        "telephone": configuration.phone_link,
        "email": configuration.contact_email,
        "availableLanguage": "fr",
    }
    area = {"@type": "AdministrativeArea", "name": configuration.institution}
    return {**publisher(), "areaServed": area, "contactPoint": contact}


def article(page: "BasePage", request: HttpRequest, *, kind: str) -> Facts:
    """Returns a dated text: `kind` is its schema.org type, `NewsArticle` or `Article`."""
    facts = {
        "@type": kind,
        "headline": page.title,
        "description": page.introduction,
        "url": absolute_url(page.get_url(request) or ""),
        "inLanguage": "fr",
        "datePublished": isoformat(page.first_published_at),
        "dateModified": isoformat(page.last_published_at),
        "publisher": publisher(),
    }
    if picture := picture_of(page.card_image):
        facts["image"] = {"@type": "ImageObject", "url": picture.url, "width": picture.width, "height": picture.height}
    return {name: value for name, value in facts.items() if value}


def breadcrumb(parents: list[tuple[str, str]], current: str, *, home: str) -> Facts:
    """Returns the breadcrumb of a page: `parents` are URLs and titles, from the top, below the home page `home`."""
    steps = [("/", home), *parents]
    items: list[Facts] = [
        {"@type": "ListItem", "position": position, "name": title, "item": absolute_url(url)}
        for position, (url, title) in enumerate(steps, start=1)
    ]
    items.append({"@type": "ListItem", "position": len(steps) + 1, "name": current})
    return {"@type": "BreadcrumbList", "itemListElement": items}


def as_script(facts: list[Facts]) -> SafeString:
    """Returns `facts` as a data block, which is never run, so that the content security policy does not apply.

    Django's `json_script` escapes what could close the block; only the media type differs.
    """
    if not facts:
        return SafeString()
    block = json_script({"@context": CONTEXT, "@graph": facts})
    return mark_safe(block.replace("application/json", "application/ld+json", 1))
