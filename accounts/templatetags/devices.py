"""Names of devices, for the list of those on which an account is open."""

from django import template
from django.utils.translation import gettext

register = template.Library()

# What a browser and a system write of themselves, the first that is found: most say the name of others too.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)


@register.filter
def device(user_agent: str) -> str:
    """Returns what a person recognises of `user_agent`: « Firefox, Windows »."""
    names = (next((name for sign, name in known if sign in user_agent), "") for known in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, names)) or gettext("Unknown device")
