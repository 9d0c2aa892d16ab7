"""The readers of the letter: a member who gets it every week, and a resident who gets it every month."""

from accounts.models import User
from committee.models import SessionPage, TopicPage
from digests.models import Frequency
from digests.reminders import set_reminder
from digests.subscriptions import choose
from home.demo.clock import Clock

# Account, frequency, and for how many days: longer than the period, so that the first tick has a letter to send.
READERS = (
    ("membre", Frequency.WEEKLY, 9),
    ("habitante", Frequency.MONTHLY, 40),
)
# Both follow this subject; the resident is reminded of the next session.
FOLLOWED_TOPIC = 1


def load(clock: Clock, people: dict[str, User]) -> None:
    """Subscribes the readers, as they would have done from their own pages."""
    topic = TopicPage.objects.get(number=FOLLOWED_TOPIC)
    for key, frequency, days_ago in READERS:
        choose(user=people[key], frequency=frequency, now=clock.ago(days_ago), added=[topic.pk])
    session = SessionPage.objects.published().next(clock.now)
    if session is not None:
        set_reminder(user=people["habitante"], session=session, wanted=True, now=clock.ago(3))
