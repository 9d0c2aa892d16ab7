"""System checks of the deployment: what a site in production must not do without, and settings that are incomplete."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from common.fetching import may_be_fetched

NEEDED = ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME")


@register("accounts")
def provider_is_complete(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuses half a configuration of a provider of identities: it stops the start, not a resident.

    E002: the issuer is an HTTPS address. E003: what goes with it is there. E004: it is asked for an identity.
    """
    if not settings.OIDC_ISSUER:
        return []
    found: list[CheckMessage] = []
    if not may_be_fetched(settings.OIDC_ISSUER):
        found.append(Error("OIDC_ISSUER is no HTTPS address.", id="accounts.E002"))
    found += [Error(f"OIDC_ISSUER needs {name}.", id="accounts.E003") for name in NEEDED if not getattr(settings, name)]
    if "openid" not in settings.OIDC_SCOPE.split():
        found.append(Error("OIDC_SCOPE does not have openid.", id="accounts.E004"))
    return found


@register("security", deploy=True)
def admin_needs_second_factor(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuses settings that open the admin without a second factor, or without the middleware that asks for it."""
    middleware = "accounts.middleware.SecondFactorMiddleware"
    if settings.ADMIN_NEEDS_SECOND_FACTOR and middleware in settings.MIDDLEWARE:
        return []
    hint = f"Leave ADMIN_NEEDS_SECOND_FACTOR at True, and {middleware} in MIDDLEWARE."
    return [Error("The admin opens without a second factor.", hint=hint, id="accounts.E001")]
