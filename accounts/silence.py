"""Who wants no e-mail, not even about what concerns them. Codes to sign in and decisions on a person's texts still go.

The choice is made in an app above this one, which registers a function on the Wagtail hook `silent_accounts`; it takes
keys of accounts and returns those that want none::

    @hooks.register(SILENT_ACCOUNTS_HOOK)
    def silent(keys: Collection[int]) -> set[int]: ...
"""

from collections.abc import Collection

from wagtail import hooks

SILENT_ACCOUNTS_HOOK = "silent_accounts"


def silent_among(keys: Collection[int]) -> set[int]:
    """Returns those of the accounts `keys` to whom nothing is sent at once (one query per app that knows)."""
    return {key for find in hooks.get_hooks(SILENT_ACCOUNTS_HOOK) for key in find(keys)} if keys else set()
