"""Keyed hashes by which something about a person is known again, and which tell nothing about anybody.

They outlive every other use of a key: addresses that refuse mail, consents, erased accounts. So they have a key of
their own, `HASH_KEY`; without one, a key derived from `SECRET_KEY` serves. Nobody can compute them anew, because what
was hashed is kept nowhere: a former key stays in `HASH_KEY_FALLBACKS` for as long as what it knew has to be known.
"""

from django.conf import settings
from django.utils.crypto import salted_hmac


def keyed_hashes(salt: str, told: str) -> list[str]:
    """Returns the hashes of `told` for the purpose `salt`: that of the present key first, then those of former keys."""
    return [salted_hmac(salt, told, secret=key, algorithm="sha256").hexdigest() for key in known_keys()]


def known_keys() -> list[str]:
    """The key in force and the former ones. What was hashed before `HASH_KEY` was set is found by `SECRET_KEY`."""
    own = [settings.HASH_KEY, *settings.HASH_KEY_FALLBACKS]
    every = [*own, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return list(dict.fromkeys(key for key in every if key))
