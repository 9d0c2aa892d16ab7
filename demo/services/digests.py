"""Readers of the digest: a member who gets it every week, a resident who gets it every month; what editors add."""

from accounts.models import User
from committee.models import SessionPage, TopicPage
from demo.clock import Clock
from demo.content import read
from digests.models import EditorialWord, Newsletter
from digests.services.reminders import set_reminder
from digests.services.subscriptions import choose

# Both follow this topic; the resident is reminded of the next session.
FOLLOWED_TOPIC = 1


def load(clock: Clock, people: dict[str, User]) -> None:
    """Subscribes the readers, as they would have done from their own pages."""
    texts = read("digests")
    topic = TopicPage.objects.get(number=FOLLOWED_TOPIC)
    for reader in texts["readers"]:
        now = clock.ago(reader["days"])
        choose(user=people[reader["account"]], frequency=reader["frequency"], now=now, added=[topic.pk])
    session = SessionPage.objects.published().next(clock.now)
    if session is not None:
        set_reminder(user=people["habitante"], session=session, wanted=True, now=clock.ago(3))
    word = EditorialWord.objects.create(**texts["word"], until=clock.ahead(40).date(), live=False)
    word.save_revision(user=people["redaction"]).publish()
    blocks = [(block["type"], block["value"]) for block in texts["newsletter"]["blocks"]]
    Newsletter.objects.create(
        subject=texts["newsletter"]["subject"], body=blocks, created_at=clock.ago(1), writer=people["redaction"]
    )
