"""System checks for deployment: the second factor of the admin, and the configuration of the identity provider."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from common.fetching import is_fetchable

NEEDED = ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME")


@register("accounts")
def provider_is_complete(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Reports an incomplete configuration of the identity provider at startup instead of at a user's sign-in.

    E002: the issuer is not an HTTPS address. E003: a related setting is missing. E004: the scope lacks `openid`.
    """
    if not settings.OIDC_ISSUER:
        return []
    errors: list[CheckMessage] = []
    if not is_fetchable(settings.OIDC_ISSUER):
        errors.append(Error("OIDC_ISSUER is no HTTPS address.", id="accounts.E002"))
    errors += [
        Error(f"OIDC_ISSUER needs {name}.", id="accounts.E003") for name in NEEDED if not getattr(settings, name)
    ]
    if "openid" not in settings.OIDC_SCOPE.split():
        errors.append(Error("OIDC_SCOPE does not have openid.", id="accounts.E004"))
    return errors


@register("security", deploy=True)
def admin_needs_second_factor(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Reports settings that open the admin without a second factor, or lack the middleware that enforces it (E001)."""
    middleware = "accounts.middleware.SecondFactorMiddleware"
    if settings.ADMIN_NEEDS_SECOND_FACTOR and middleware in settings.MIDDLEWARE:
        return []
    hint = f"Leave ADMIN_NEEDS_SECOND_FACTOR at True, and {middleware} in MIDDLEWARE."
    return [Error("The admin opens without a second factor.", hint=hint, id="accounts.E001")]
