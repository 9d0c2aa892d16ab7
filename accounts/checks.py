"""System check of the settings of a provider of identities: half a configuration stops the start, not a resident."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from common.fetching import may_be_fetched

NEEDED = ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME")


@register("accounts")
def provider_is_complete(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """E001: the issuer is an HTTPS address. E002: what goes with it is there. E003: it is asked for an identity."""
    if not settings.OIDC_ISSUER:
        return []
    found: list[CheckMessage] = []
    if not may_be_fetched(settings.OIDC_ISSUER):
        found.append(Error("OIDC_ISSUER is no HTTPS address.", id="accounts.E001"))
    found += [Error(f"OIDC_ISSUER needs {name}.", id="accounts.E002") for name in NEEDED if not getattr(settings, name)]
    if "openid" not in settings.OIDC_SCOPE.split():
        found.append(Error("OIDC_SCOPE does not have openid.", id="accounts.E003"))
    return found
