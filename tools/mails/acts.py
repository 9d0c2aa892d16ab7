"""All acts by name, as used by their pictures and tests."""

from types import ModuleType

from tools.mails import (
    accounts,
    committee,
    contact,
    digests,
    fieldwork,
    moderation,
    participation,
    second_reading,
    veille,
)
from tools.mails.stage import Act


def _acts_of(module: ModuleType) -> dict[str, Act]:
    """Returns the public functions of `module`, in the order of the source."""
    own = (function for function in vars(module).values() if getattr(function, "__module__", "") == module.__name__)
    return {
        function.__name__.replace("_", "-"): function
        for function in own
        if callable(function) and not function.__name__.startswith("_")
    }


MODULES = (digests, participation, moderation, committee, accounts, contact, second_reading, veille, fieldwork)
ACTS = {name: act for module in MODULES for name, act in _acts_of(module).items()}
