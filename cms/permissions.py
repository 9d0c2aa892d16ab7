"""Permissions of this app (docs/guide). For pages and files, Wagtail's own policies decide."""

from typing import Any

from django.core.cache import caches


def can_enter_admin(person: Any) -> bool:
    """Says whether `person` may enter the admin. Every page asks, so the process knows the answer for a minute."""
    if not person.is_authenticated:
        return False
    cache, key = caches["local"], f"can-enter-admin:{person.pk}"
    if (known := cache.get(key)) is None:
        known = person.has_perm("wagtailadmin.access_admin")
        cache.set(key, known)
    return known


def can_redirect(person: Any) -> bool:
    """Says whether `person` may lead an address that is not found to another one, and sees those addresses."""
    return person.has_perm("wagtailredirects.add_redirect")


def can_configure_site(person: Any) -> bool:
    """Changes the configuration of the site: phone, hours, state of accessibility."""
    return person.has_perm("cms.change_siteconfiguration")
