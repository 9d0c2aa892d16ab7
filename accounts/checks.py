"""System checks of the deployment: what a site in production must not do without."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register("security", deploy=True)
def admin_needs_second_factor(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuses settings that open the admin without a second factor, or without the middleware that asks for it."""
    middleware = "accounts.middleware.SecondFactorMiddleware"
    if settings.ADMIN_NEEDS_SECOND_FACTOR and middleware in settings.MIDDLEWARE:
        return []
    hint = f"Leave ADMIN_NEEDS_SECOND_FACTOR at True, and {middleware} in MIDDLEWARE."
    return [Error("The admin opens without a second factor.", hint=hint, id="accounts.E001")]
