"""Subscribers, news and a due edition, for the benchmark and the fault injection of digests."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.models import User
from digests.models import Edition, Frequency, Hour, Subscriber
from digests.models.schedule import latest_slot, rhythm_of
from digests.queries.deliveries import LAG
from participation.models import Comment, Discussion, Follow, Proposal


def make_readers(count: int, *, since: datetime, frequency: str = Frequency.WEEKLY, hour: int = 7) -> list[str]:
    """Makes `count` subscribers; returns their addresses."""
    addresses = [f"abonnee{index}@courriel.example" for index in range(count)]
    Subscriber.objects.bulk_create(
        (
            Subscriber(
                email=address,
                status=Subscriber.Status.ACTIVE,
                frequency=frequency,
                hour=hour,
                verified_at=since,
                started_at=since,
                created_at=since,
            )
            for address in addresses
        ),
        batch_size=500,
    )
    return addresses


def publish(moments: Sequence[datetime]) -> list[str]:
    """Replaces all proposals with new ones published at `moments`; returns their titles."""
    Proposal.objects.all().delete()
    titles = [f"Une proposition pour le quartier, n° {index:03d}" for index in range(len(moments))]
    Proposal.objects.bulk_create(
        Proposal(title=title, body="Une idée.", state=Proposal.State.PUBLISHED, created_at=at, published_at=at)
        for title, at in zip(titles, moments, strict=True)
    )
    return titles


def make_followers(addresses: Sequence[str], *, at: datetime, follows: int, comments: int) -> None:
    """Gives the subscribers `addresses` accounts that follow `follows` proposals each since `at`; adds new comments.

    Each proposal that there is gets `comments` by the first of them, an hour after `at`.
    """
    User.objects.filter(email__in=addresses).delete()
    users = User.objects.bulk_create((User(email=address) for address in addresses), batch_size=500)
    accounts = {user.email: user for user in users}
    readers = list(Subscriber.objects.filter(email__in=addresses))
    for reader in readers:
        reader.user = accounts[reader.email]
    Subscriber.objects.bulk_update(readers, ["user"], batch_size=500)
    proposals = Proposal.objects.order_by("pk")
    discussions = Discussion.objects.bulk_create(
        (Discussion(proposal=proposal) for proposal in proposals), batch_size=500
    )
    Follow.objects.bulk_create(
        (
            Follow(
                user=user,
                discussion=discussions[(index + step) % len(discussions)],
                source=Follow.Source.CHOSEN,
                created_at=at,
            )
            for index, user in enumerate(users)
            for step in range(follows)
        ),
        batch_size=500,
    )
    commented_at = at + timedelta(hours=1)
    Comment.objects.bulk_create(
        (
            Comment(
                discussion=discussion,
                author=users[0],
                body="Une remarque.",
                state=Comment.State.PUBLISHED,
                created_at=commented_at,
                published_at=commented_at,
            )
            for discussion in discussions
            for _ in range(comments)
        ),
        batch_size=500,
    )


def make_due(now: datetime) -> datetime:
    """Makes the edition of the weekly digest due at `now`, on any day of the week; returns its slot."""
    period_key, slot_at = latest_slot(now, rhythm_of(Frequency.WEEKLY))
    # A tick may have just made it, without recipients.
    Edition.objects.update_or_create(
        kind=Frequency.WEEKLY,
        period_key=period_key,
        slot_hour=Hour.MORNING,
        defaults={
            "status": Edition.Status.PLANNING,
            "slot_at": slot_at,
            "cutoff": now - LAG,
            "expires_at": now + timedelta(days=1),
        },
    )
    return slot_at
