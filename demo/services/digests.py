"""Digest readers: a member with a weekly digest, a resident with a monthly one; content by editors."""

from accounts.models import User
from committee.models import SessionPage, TopicPage
from demo.clock import Clock
from demo.content import read
from digests.models import Edition, EditorialWord, Frequency, Newsletter
from digests.models.frequencies import kind_of_mail
from digests.models.schedule import latest_slot, rhythm_of
from digests.queries.deliveries import LAG
from digests.services.reminders import set_reminder
from digests.services.subscriptions import choose
from mailing.models import Batch

# Topic that both follow; the resident has a reminder of the next session.
FOLLOWED_TOPIC = 1
FORMER_LETTERS = 3


def load(clock: Clock, people: dict[str, User]) -> None:
    """Subscribes the readers, as from their own pages."""
    texts = read("digests")
    topic = TopicPage.objects.get(number=FOLLOWED_TOPIC)
    for reader in texts["readers"]:
        now = clock.ago(reader["days"])
        choose(user=people[reader["account"]], frequency=reader["frequency"], now=now, added=[topic.pk])
    session = SessionPage.objects.published().next(clock.now)
    if session is not None:
        set_reminder(user=people["habitante"], session=session, is_wanted=True, now=clock.ago(3))
    word = EditorialWord.objects.create(**texts["word"], until=clock.ahead(40).date(), live=False)
    word.save_revision(user=people["redaction"]).publish()
    blocks = [(block["type"], block["value"]) for block in texts["newsletter"]["blocks"]]
    Newsletter.objects.create(
        subject=texts["newsletter"]["subject"], body=blocks, created_at=clock.ago(1), writer=people["redaction"]
    )
    _add_former_letters(clock)


def _add_former_letters(clock: Clock) -> None:
    """Adds the digests of the last months to the archives, without mails.

    The one of this month is left to the first tick. The content is composed when a digest is read.
    """
    rhythm = rhythm_of(Frequency.MONTHLY)
    _day, moment = latest_slot(clock.now, rhythm)
    for _number in range(FORMER_LETTERS):
        day, moment = latest_slot(moment - LAG, rhythm)
        edition = Edition(kind=Frequency.MONTHLY, period_key=day, slot_at=moment, cutoff=moment - LAG)
        edition.expires_at, edition.status = moment + rhythm.max_lateness, Edition.Status.PLANNED
        edition.batch = Batch.objects.create(
            kind=kind_of_mail(Frequency.MONTHLY), label=str(edition), created_at=moment
        )
        edition.save()
