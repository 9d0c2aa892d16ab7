"""The digest on a real stack: 1,000 subscribers, a Celery worker, a broker and a mail server."""

import email
import email.policy
import sys
import time

import pytest
from django.utils import timezone

from digests.models import Delivery, Edition, Frequency, Subscriber
from digests.models.schedule import latest_slot, rhythm_of
from digests.queries.deliveries import LAG
from mailing.models import Heartbeat, Message
from tests.digests.factories import DAY, MINUTE
from tests.digests.stack import doorbell, site
from tests.factories import NewsPageFactory, ProposalFactory
from tools.chaos.sink import serving
from tools.chaos.site import wait_for

READERS = 1_000


def unfinished_edition(now):
    """Creates the edition of the latest weekly slot as a killed planner leaves it, on any day of the week."""
    period_key, slot_at = latest_slot(now, rhythm_of(Frequency.WEEKLY))
    return Edition.objects.create(
        kind=Frequency.WEEKLY, period_key=period_key, slot_at=slot_at, cutoff=now - LAG, expires_at=now + DAY
    )


def create_subscribers(count, started_at):
    Subscriber.objects.bulk_create(
        Subscriber(
            email=f"abonnee{n}@courriel.example",
            status=Subscriber.Status.ACTIVE,
            frequency=Frequency.WEEKLY,
            verified_at=started_at,
            started_at=started_at,
            created_at=started_at,
        )
        for n in range(count)
    )


@pytest.mark.stack
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_stack_sends_1000_digests_once_each(tmp_path, capsys):
    now = timezone.now()
    edition = unfinished_edition(now)
    create_subscribers(READERS, edition.slot_at - 7 * DAY)
    NewsPageFactory(title="Une actualité", first_published_at=now - 60 * MINUTE)
    ProposalFactory(title="Une proposition", created_at=now - 60 * MINUTE)

    with serving(tmp_path / "taken.tsv") as (server, smtp_port), site(smtp_port=smtp_port, folder=tmp_path) as running:
        ring = doorbell(running.env["REDIS_URL"])
        ring("mailing.tasks.tick")
        wait_for(Heartbeat.objects.exists, seconds=600, what=f"the first tick ({tmp_path})")
        start = time.monotonic()
        # Ticks that come too often, drains without anything to send.
        for _ in range(5):
            ring("mailing.tasks.tick")
            ring("mailing.tasks.drain")
        sent = Message.objects.filter(state=Message.State.SENT)
        wait_for(lambda: sent.count() == READERS, seconds=600, what=f"{READERS} digests")
        seconds = time.monotonic() - start

        before = Heartbeat.objects.get(name="tick").at
        for _ in range(3):
            ring("mailing.tasks.tick")
            ring("mailing.tasks.drain")
        wait_for(
            lambda: Heartbeat.objects.get(name="tick").at > before,
            seconds=600,
            what="the ring after the last digest",
        )

    edition.refresh_from_db()
    assert (edition.status, edition.candidates, edition.planned, edition.skipped) == ("planned", READERS, READERS, 0)
    taken = server.notes()
    assert len(taken) == len({to for _message_id, to in taken}) == READERS
    assert {message_id for message_id, _to in taken} == set(Message.objects.values_list("message_id", flat=True))
    assert Delivery.objects.filter(edition=edition).count() == READERS
    assert not Message.objects.exclude(state=Message.State.SENT, attempts=1, uncertain=0).exists()
    digest = email.message_from_bytes(server.last, policy=email.policy.default)
    assert "1 proposition" in digest["Subject"]
    with capsys.disabled():
        sys.stdout.write(f"\n{READERS} digests in {seconds:.1f} s, {READERS / seconds:.0f} a second, none twice\n")
