"""Tags of mail templates: there is no request, and `<style>` is dropped by some mail programs."""

from django import template
from django.conf import settings

from common.urls import absolute_url
from mailing.hooks import help_by_phone as registered_help
from mailing.hooks import sender_institution

register = template.Library()

FONT = "font-family:Arial,sans-serif;"
# Colours of the drawings, as `static/css/tokens.css` has them in light: they stay the same in a dark window. The last
# five are the second tone of each family of topics.
COLOURS = {
    "brick": "#D9836B",
    "paper": "#FFFFFF",
    "ink": "#211A17",
    "services": "#5BB8C6",
    "participation": "#B295E0",
    "figures": "#FFC53D",
    "elsewhere": "#79C690",
    "inclusion": "#F08AA8",
}
# The houses under the name of the site: that of the committee, then one of each family.
STREET = ("brick", "services", "participation", "figures", "elsewhere", "inclusion")
# The look of the site in the words that every mail program knows. Sizes in pixels, at least 16.
STYLES = {
    "body": "margin:0;padding:0;background-color:#FFFBF5",
    "ground": "background-color:#FFFBF5",
    "table": "border-collapse:collapse",
    "column": "max-width:600px;border-collapse:collapse",
    "outside": "padding:16px",
    "house": "padding:0 12px 8px 0",
    "wall": f"background-color:{COLOURS['brick']};padding:4px 8px",
    "bubble": f"background-color:{COLOURS['paper']};padding:4px 8px 4px 4px",
    "eyes": f"border-left:4px solid {COLOURS['ink']};border-right:4px solid {COLOURS['ink']};padding:4px 0 0",
    "band": f"padding:0 0 8px;{FONT}font-size:16px;line-height:24px;color:#211A17",
    "main": f"padding:24px 0 0;{FONT}font-size:18px;line-height:28px;color:#211A17",
    "foot": f"padding:16px 0;{FONT}font-size:16px;line-height:24px;color:#574B45;border-top:1px solid #DDD0C3",
    "h1": "margin:0 0 12px;font-size:26px;line-height:32px",
    "h2": f"margin:32px 0 12px;padding:0 0 0 12px;border-left:12px solid {COLOURS['brick']};font-size:22px",
    "p": "margin:0 0 16px",
    "small": "margin:0 0 8px",
    "ul": "margin:0 0 16px;padding:0 0 0 24px",
    "li": "margin:0 0 8px",
    "link": "color:#0A5160",
    "code": "margin:0 0 16px;font-size:32px;line-height:40px;font-weight:bold;letter-spacing:4px",
    "quote": "padding:0 0 0 12px;border-left:3px solid #DDD0C3",
    "said": "margin:0 0 16px;padding:0 0 0 12px;border-left:3px solid #DDD0C3",
    "why": "font-size:16px;color:#574B45",
    "button": "display:inline-block;padding:12px 24px;background-color:#0A5160;color:#FFFFFF;font-weight:bold;"
    f"text-decoration:none;border-bottom:4px solid {COLOURS['brick']}",
    "preheader": "display:none;font-size:1px;color:#FFFBF5;line-height:1px;max-height:0;overflow:hidden",
}


@register.simple_tag
def style(name: str) -> str:
    """The inline style `name`."""
    return STYLES[name]


@register.simple_tag
def row(colour: str, margin: str) -> str:
    """The inline style of a row of squares in a drawing, with what is left free beside it."""
    return f"border-top:4px solid {COLOURS[colour]};margin:{margin}"


@register.simple_tag
def street() -> tuple[str, ...]:
    """The colours of the houses under the name of the site."""
    return tuple(COLOURS[name] for name in STREET)


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
