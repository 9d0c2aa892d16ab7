"""Keyed hashes to recognise personal data without storing it.

They outlive other uses of keys: addresses that refuse mail, consents, erased accounts. So they have their own key,
`HASH_KEY`, by default derived from `SECRET_KEY`. They cannot be recomputed after a change of key, since the data is not
stored: former keys stay in `HASH_KEY_FALLBACKS` as long as their hashes are needed.
"""

from django.conf import settings
from django.utils.crypto import salted_hmac


def keyed_hashes(salt: str, value: str) -> list[str]:
    """Returns the hashes of `value` for the purpose `salt`: with the current key first, then with former ones."""
    return [salted_hmac(salt, value, secret=key, algorithm="sha256").hexdigest() for key in known_keys()]


def known_keys() -> list[str]:
    """Returns the current and the former keys, including `SECRET_KEY`, used before `HASH_KEY` was set."""
    current = [settings.HASH_KEY, *settings.HASH_KEY_FALLBACKS]
    keys = [*current, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return list(dict.fromkeys(key for key in keys if key))
