"""Previews of mails, rendered by the functions used for sending, from unsaved rows.

Nothing is written to the database, except for a test that an editor sends to their own address.
"""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from committee.models import TopicPage
from common.limits import allow
from common.templatetags.dates import CITY_ZONE
from digests.models import Delivery, Edition, EditorialWord, Frequency, Newsletter, Subscriber
from digests.models.schedule import after_pause, next_slot, rhythm_of
from digests.models.tokens import NO_TOKEN
from digests.notifications.digest import Digest, Trial
from digests.notifications.member_message import MemberMessage
from digests.notifications.newsletter import NewsletterMail, parts_of
from digests.queries.composition import compose
from digests.queries.deliveries import LAG, deliveries_for, sample_delivery, start_of_period
from digests.queries.editorials import editorial_on, editorials_for
from digests.queries.register import register_heads
from digests.queries.selection import Reader, add_choices
from digests.queries.subscribers import reader_of
from mailing.content import MailContent, build_mime, message_id_for, sender_domain
from mailing.hooks import contact_address
from mailing.models import Message

TRIALS_PER_HOUR = 20


@dataclass(frozen=True)
class Preview:
    """Preview of a mail. `content` is None if there is nothing to send."""

    to: str
    content: MailContent | None
    slot_at: datetime | None = None

    @property
    def source(self) -> bytes:
        """Source of the mail as it would be sent, with its own Message-ID."""
        message = Message(pk=0, to_email=self.to, message_id=message_id_for("apercu", self.to))
        return build_mime(message=message, content=self.content, reply_to=contact_address()) if self.content else b""


def coming_edition(frequency: str, *, weekday: int = 0, hour: int = 7, now: datetime) -> Edition:
    """Returns the unsaved edition of the next slot after `now`, as if planned on time."""
    rhythm = rhythm_of(frequency, weekday, hour)
    slot_at = next_slot(now, rhythm)
    day = slot_at.astimezone(CITY_ZONE).date()
    return Edition(
        kind=frequency,
        period_key=day,
        slot_hour=hour,
        slot_at=slot_at,
        cutoff=slot_at - LAG,
        expires_at=slot_at + rhythm.max_lateness,
        word=editorial_on(day, frequency),
    )


def for_reader(subscriber: Subscriber, *, now: datetime) -> Preview:
    """Returns the next digest of one reader, after a pause if there is one, if nothing else happens until then."""
    start = after_pause(subscriber, now)
    edition = coming_edition(subscriber.frequency, weekday=subscriber.weekday, hour=subscriber.hour, now=start)
    return _preview_of(deliveries_for(edition, [subscriber], now=edition.slot_at)[0])


def for_visitor(frequency: str, *, now: datetime, topic: TopicPage | None = None) -> Preview:
    """Returns the next digest of a reader without an account; with `topic`, of one who follows only this."""
    edition = coming_edition(frequency, now=now)
    return _sample(edition, Reader(start=start_of_period(edition)), topic=topic)


def for_account(user: User, frequency: str, *, now: datetime) -> Preview:
    """Returns the next digest of `user`; if they get none, as if they had got every digest before."""
    subscriber = reader_of(user)
    if subscriber and subscriber.is_reading and subscriber.frequency == frequency:
        return for_reader(subscriber, now=now)
    edition = coming_edition(frequency, now=now)
    reader = Reader(start=start_of_period(edition), user_id=user.pk)
    add_choices({user.pk: reader})
    return _sample(edition, reader, user=user)


def with_editorial(editorial: EditorialWord, *, now: datetime) -> Preview:
    """Returns the next digest with `editorial`, published or not, at its top."""
    edition = coming_edition(editorial.kind or Frequency.MONTHLY, now=now)
    edition.word, editorial.live = editorial, True
    return _sample(edition, Reader(start=start_of_period(edition)))


def _sample(edition: Edition, reader: Reader, *, user: User | None = None, topic: TopicPage | None = None) -> Preview:
    if topic is not None:
        reader.topics, reader.only_topics = {topic.pk}, True
    subscriber = Subscriber(
        email=user.email if user else f"exemple@{sender_domain()}",
        user=user,
        frequency=edition.kind,
        weekday=edition.period_key.weekday(),
        hour=edition.slot_hour,
        started_at=reader.start,
    )
    return _preview_of(sample_delivery(edition, subscriber, reader, now=edition.slot_at))


def _preview_of(delivery: Delivery) -> Preview:
    to, slot_at = delivery.subscriber.email, delivery.edition.slot_at
    (sections,) = compose([delivery], now=slot_at)
    if not sections:
        return Preview(to, None, slot_at)
    (editorial,), (head,) = editorials_for([delivery]), register_heads([delivery])
    return Preview(to, Digest(delivery, sections, NO_TOKEN, editorial, head).content(), slot_at)


def for_newsletter(newsletter: Newsletter) -> Preview:
    """Returns the newsletter as a reader gets it, with anonymous links, or as a member gets it."""
    parts = list(parts_of(newsletter))
    mail = (
        MemberMessage(newsletter, parts) if newsletter.is_for_members else NewsletterMail(newsletter, NO_TOKEN, parts)
    )
    return Preview(f"exemple@{sender_domain()}", mail.content())


def send_trial(*, user: User, content: MailContent, now: datetime) -> bool:
    """Sends `content` to `user`, marked as a test.

    Returns False above the hourly limit. It belongs to no edition and moves no cursor.
    """
    if not allow("digest.trial", str(user.pk), limit=TRIALS_PER_HOUR, seconds=3_600, now=now):
        return False
    Trial(user, content).send(now=now)
    return True
