"""Acts by the name that their picture and their test have."""

from types import ModuleType

from tools.mails import committee, contact, digests, participation
from tools.mails.stage import Act


def _acts_of(module: ModuleType) -> dict[str, Act]:
    """The public functions of `module`, in the order in which they are written."""
    own = (one for one in vars(module).values() if getattr(one, "__module__", "") == module.__name__)
    return {one.__name__.replace("_", "-"): one for one in own if callable(one) and not one.__name__.startswith("_")}


ACTS = {**_acts_of(digests), **_acts_of(participation), **_acts_of(committee), **_acts_of(contact)}
