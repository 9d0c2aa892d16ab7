"""Tag of the provider of identities, for pages that lead there."""

from django import template
from django.conf import settings

from accounts.services.openid import is_configured

register = template.Library()


@register.simple_tag
def provider_name() -> str:
    """Returns what people call the provider; "" where the site has none."""
    return settings.OIDC_NAME if is_configured() else ""
