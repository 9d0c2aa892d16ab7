"""The readers of the letter: a member who gets it every week, and a resident who gets it every month."""

from accounts.models import User
from digests.models import Frequency
from digests.subscriptions import choose
from home.demo.clock import Clock

# Account, frequency, and for how many days: longer than the period, so that the first tick has a letter to send.
READERS = (
    ("membre", Frequency.WEEKLY, 9),
    ("habitante", Frequency.MONTHLY, 40),
)


def load(clock: Clock, people: dict[str, User]) -> None:
    """Subscribes the readers, as they would have done from their own pages."""
    for key, frequency, days_ago in READERS:
        choose(user=people[key], frequency=frequency, now=clock.ago(days_ago))
