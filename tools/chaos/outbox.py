"""Database rows of a scenario: deleted at its beginning, counted at its end."""

from collections import Counter

from digests.models import Delivery, Edition, Subscriber
from mailing.models import Batch, Bounce, Message, Suppression
from tools.chaos.verdict import Account


def empty() -> None:
    """Deletes all digests and their recipients."""
    for model in (Delivery, Edition, Message, Batch, Bounce, Suppression, Subscriber):
        model.objects.all().delete()


def accounts() -> list[Account]:
    """Returns the figures of all planned editions, with the states of their mails."""
    found = []
    for edition in Edition.objects.filter(status=Edition.Status.PLANNED):
        states = Message.objects.filter(batch=edition.batch_id) if edition.batch_id else Message.objects.none()
        counted = Counter(states.values_list("state", flat=True))
        found.append(Account(edition.candidates, edition.planned, edition.skipped, counted))
    return found
