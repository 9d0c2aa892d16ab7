"""Tags of mail templates: there is no request, and `<style>` is dropped by some mail programs."""

from django import template
from django.conf import settings

from common.urls import absolute_url
from mailing.hooks import help_by_phone as registered_help
from mailing.hooks import sender_institution

register = template.Library()

FONT = "font-family:Arial,sans-serif;"
# The look of the site in the words that every mail program knows. Sizes in pixels, at least 16.
STYLES = {
    "body": "margin:0;padding:0;background-color:#FFFBF5;",
    "ground": "background-color:#FFFBF5;",
    "table": "border-collapse:collapse;",
    "column": "max-width:600px;border-collapse:collapse;",
    "outside": "padding:16px;",
    "band": f"padding:8px 0 16px 0;{FONT}font-size:16px;line-height:24px;color:#211A17;"
    "border-bottom:4px solid #D9836B;",
    "main": f"padding:24px 0 0 0;{FONT}font-size:18px;line-height:28px;color:#211A17;",
    "foot": f"padding:16px 0;{FONT}font-size:16px;line-height:24px;color:#574B45;border-top:1px solid #DDD0C3;",
    "h1": "margin:0 0 12px 0;font-size:26px;line-height:32px;",
    "h2": "margin:24px 0 8px 0;font-size:22px;line-height:28px;",
    "p": "margin:0 0 16px 0;",
    "small": "margin:0 0 8px 0;",
    "ul": "margin:0 0 16px 0;padding:0 0 0 24px;",
    "li": "margin:0 0 8px 0;",
    "link": "color:#0A5160;",
    "code": "margin:0 0 16px 0;font-size:32px;line-height:40px;font-weight:bold;letter-spacing:4px;",
    "quote": "margin:4px 0 0 0;padding:0 0 0 12px;border-left:3px solid #DDD0C3;",
    "said": "margin:0 0 16px 0;padding:0 0 0 12px;border-left:3px solid #DDD0C3;",
    "why": "font-size:16px;line-height:24px;color:#574B45;",
    "button": "display:inline-block;padding:12px 24px;background-color:#0A5160;color:#FFFFFF;font-weight:bold;"
    "text-decoration:none;",
    "preheader": "display:none;font-size:1px;color:#FFFBF5;line-height:1px;max-height:0;overflow:hidden;",
}


@register.simple_tag
def style(name: str) -> str:
    """The inline style `name`."""
    return STYLES[name]


@register.simple_tag
def site_name() -> str:
    """The name of the site, as the sender's band and the signature show it."""
    return settings.WAGTAIL_SITE_NAME


@register.simple_tag
def institution() -> str:
    """Who runs the site, under its name; "" if no app knows."""
    return sender_institution()


@register.simple_tag
def help_by_phone() -> dict[str, str]:
    """Whom to call for help, for the foot: `phone`, `phone_link` and `phone_hours`; {} if no app knows."""
    return registered_help()


@register.simple_tag
def site_url(path: str = "/") -> str:
    """The absolute address of `path`."""
    return absolute_url(path)
