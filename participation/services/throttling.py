"""What keeps programs and floods away without asking people anything, and without anybody else's service.

The two traps of a form are in `forms.SpamGuardMixin`, a text sent twice in `services.repeats`. Here: how much may come
from one network. Whoever is held back reads what to do; the text stays in the form.
"""

from datetime import datetime

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from common.limits import take
from participation.errors import NetworkBusy

# A library or a workshop has one address for many people.
TEXTS_PER_NETWORK_AND_HOUR = 60
HOUR = 3_600


def hold_back_floods(request: HttpRequest, now: datetime, *, what: str = "text") -> None:
    """Counts a text, or another thing, from the network of `request`. Raises `NetworkBusy` above the limit."""
    address = get_adapter(request).get_client_ip(request)
    if not take(what, address, limit=TEXTS_PER_NETWORK_AND_HOUR, seconds=HOUR, now=now.timestamp()):
        raise NetworkBusy
