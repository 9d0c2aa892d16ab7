"""Template tags of mails. There is no request; styles are inline, because some mail programs drop `<style>`."""

from django import template
from django.conf import settings
from django.utils.safestring import SafeString

from common.markdown import letter
from common.palette import light
from common.urls import absolute_url
from mailing.hooks import help_by_phone as registered_help
from mailing.hooks import sender_institution

register = template.Library()

FONT = "font-family:Arial,sans-serif;"
# Light theme of the site. Drawings keep these colours in dark mode.
COLOURS = light()
# Families of the houses under the name of the site; the first house is the committee's.
FAMILIES = ("services", "participation", "figures", "elsewhere", "inclusion")
# Look of the site in CSS that every mail program supports. Sizes in pixels, at least 16.
STYLES = {
    "body": f"margin:0;padding:0;background-color:{COLOURS['ground']}",
    "ground": f"background-color:{COLOURS['ground']}",
    "table": "border-collapse:collapse",
    "column": "max-width:600px;border-collapse:collapse",
    "outside": "padding:16px",
    "house": "padding:0 12px 8px 0",
    "wall": f"background-color:{COLOURS['sandstone']};padding:4px 8px",
    "bubble": f"background-color:{COLOURS['surface']};padding:4px 8px 4px 4px",
    "eyes": f"border-left:4px solid {COLOURS['ink']};border-right:4px solid {COLOURS['ink']};padding:4px 0 0",
    "band": f"padding:0 0 8px;{FONT}font-size:16px;line-height:24px;color:{COLOURS['ink']}",
    "main": f"padding:24px 0 0;{FONT}font-size:18px;line-height:28px;color:{COLOURS['ink']}",
    "foot": f"padding:16px 0;{FONT}font-size:16px;line-height:24px;color:{COLOURS['ink-2']};"
    f"border-top:1px solid {COLOURS['rule']}",
    "h1": "margin:0 0 12px;font-size:26px;line-height:32px",
    "h2": f"margin:32px 0 12px;padding:0 12px;border-left:12px solid {COLOURS['sandstone']};font-size:22px",
    "p": "margin:0 0 16px",
    "small": "margin:0 0 8px",
    "ul": "margin:0 0 16px;padding:0 0 0 24px",
    "li": "margin:0 0 8px",
    "link": f"color:{COLOURS['ill']}",
    "code": "margin:0 0 16px;font-size:32px;line-height:40px;font-weight:bold;letter-spacing:4px",
    "quote": f"padding:0 12px;border-left:3px solid {COLOURS['rule']}",
    "said": f"margin:0 0 16px;padding:0 12px;border-left:3px solid {COLOURS['rule']}",
    "why": f"font-size:16px;color:{COLOURS['ink-2']}",
    "button": f"display:inline-block;padding:12px 24px;background-color:{COLOURS['ill']};color:{COLOURS['on-ill']};"
    f"font-weight:bold;text-decoration:none;border-bottom:4px solid {COLOURS['sandstone']}",
    "preheader": f"display:none;font-size:1px;color:{COLOURS['ground']};line-height:1px;max-height:0;overflow:hidden",
}


@register.simple_tag
def style(name: str) -> str:
    """Returns the inline style `name`."""
    return STYLES[name]


@register.filter
def letter_in_mail(text: str) -> SafeString:
    """Returns the HTML of `text` (lists, bold and links of `common.markdown`) with inline styles."""
    return letter(
        text, {"p": STYLES["p"], "ul": STYLES["ul"], "ol": STYLES["ul"], "li": STYLES["li"], "a": STYLES["link"]}
    )


@register.simple_tag
def row(colour: str, margin: str) -> str:
    """Returns the inline style of a row of squares in a drawing, with its margin."""
    return f"border-top:4px solid {COLOURS[colour]};margin:{margin}"


@register.simple_tag
def topic(family: str) -> str:
    """Returns the inline style of a topic: a bar in the colour of its family, or of the committee without family."""
    return f"padding:0 8px;border-left:8px solid {COLOURS[f'{family}-mid' if family else 'sandstone']};font-size:16px"


@register.simple_tag
def street() -> tuple[str, ...]:
    """Returns the colours of the houses under the name of the site."""
    return COLOURS["sandstone"], *(COLOURS[f"{family}-mid"] for family in FAMILIES)


@register.simple_tag
def site_name() -> str:
    """Returns the name of the site, for the header and the signature."""
    return settings.WAGTAIL_SITE_NAME


@register.simple_tag
def institution() -> str:
    """Returns the name of the institution that runs the site; "" if no app registers it."""
    return sender_institution()


@register.simple_tag
def help_by_phone() -> dict[str, str]:
    """Returns the telephone help for the footer: `phone`, `phone_link` and `phone_hours`; {} if no app registers it."""
    return registered_help()


@register.simple_tag
def site_url(path: str = "/") -> str:
    """Returns the absolute URL of `path`."""
    return absolute_url(path)
