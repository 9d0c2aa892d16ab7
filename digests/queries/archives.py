"""Past digests on the site: their public content for all readers."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from digests.models import Edition, Frequency, Subscriber
from digests.queries.composition import compose_all
from digests.queries.deliveries import sample_delivery, start_of_period
from digests.queries.layout import Section
from digests.queries.selection import Reader
from mailing.models import Batch, Message

# Among the editions of one day, the one with the longest period is shown.
WIDEST_FIRST = (Frequency.MONTHLY, Frequency.WEEKLY, Frequency.DAILY)


def _sent_editions() -> QuerySet[Edition]:
    """Returns the editions with at least one digest, without those cancelled before any mail left.

    One that was cancelled later stays, because the mails that left link to its page.
    """
    left = Message.objects.filter(batch=OuterRef("batch"), state__in=(Message.State.SENT, Message.State.BOUNCED))
    editions = Edition.objects.filter(~Q(batch__status=Batch.Status.CANCELLED) | Q(Exists(left)), batch__isnull=False)
    return editions.select_related("word").exclude(status=Edition.Status.CANCELLED)


def archived_days() -> QuerySet:
    """Returns the days with a digest, the latest first: `{"period_key": …}`."""
    return _sent_editions().order_by("-period_key").values("period_key").distinct()


def archived(day: date, *, now: datetime) -> tuple[Edition | None, list[Section]]:
    """Returns the edition of `day` and its sections for all readers, worded as of then; (None, []) without a digest.

    Content that was hidden or restricted since is left out.
    """
    editions = sorted(
        _sent_editions().filter(period_key=day),
        key=lambda edition: (WIDEST_FIRST.index(Frequency(edition.kind)), edition.slot_hour),
    )
    if not editions:
        return None, []
    edition = editions[0]
    delivery = sample_delivery(edition, Subscriber(), Reader(start=start_of_period(edition)), now=now)
    return edition, compose_all(delivery, now=now)
