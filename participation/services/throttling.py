"""Throttling: a limit of texts from one network, and the recognition of a text that is sent again.

Whoever is refused reads what to do, and the text stays in the form. The two traps for programs are in
`forms.fields.SpamGuardMixin`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from common.limits import allow
from participation.errors import NetworkBusy

# A library or a workshop has one address for many people.
TEXTS_PER_NETWORK_AND_HOUR = 60
HOUR = 3_600
# A text is compared with so many of the latest ones of its author, of so many days.
REPEATED_WITHIN = timedelta(days=7)
COMPARED_TEXTS = 20
# Two short answers are often alike ("Je suis d'accord"); two long ones are not.
COMPARED_LENGTH = 60
ALIKE = 0.9


def throttle(request: HttpRequest, now: datetime, *, what: str = "text") -> None:
    """Counts a text, or another thing, from the network of `request`. Raises `NetworkBusy` above the limit."""
    ip = get_adapter(request).get_client_ip(request)
    if not allow(what, ip, limit=TEXTS_PER_NETWORK_AND_HOUR, seconds=HOUR, now=now.timestamp()):
        raise NetworkBusy


def is_like_one_of(text: str, others: Iterable[str]) -> bool:
    """Says whether `text` repeats one of `others`, but for a few letters."""
    words = " ".join(text.casefold().split())
    if len(words) < COMPARED_LENGTH:
        return False
    matcher = SequenceMatcher(None, b=words, autojunk=False)
    for other in others:
        matcher.set_seq1(" ".join(other.casefold().split()))
        # The first two are upper bounds, and fast.
        if all(ratio() >= ALIKE for ratio in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)):
            return True
    return False
