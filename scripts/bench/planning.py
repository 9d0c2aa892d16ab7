"""How long planning takes, and how much memory, with many readers on a PostgreSQL of its own.

    python -m scripts.bench.planning 100000

Prints, for a tenth of the readers and for all of them, the seconds, the queries and the largest memory of the process
that planned. The targets are in docs/performance.md: linear, and less than 150 MB.
"""

import os
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

SLOT = datetime(2026, 11, 23, 6, tzinfo=UTC)


def plan() -> None:
    """In a process of its own, so that its memory is that of planning."""
    import django

    django.setup()
    from django.db import connection

    from digests.planning import plan_due

    count = 0

    def counting(execute, *arguments):  # type: ignore[no-untyped-def]
        nonlocal count
        count += 1
        return execute(*arguments)

    start = time.monotonic()
    with connection.execute_wrapper(counting):
        done = plan_due(now=SLOT)
    seconds = time.monotonic() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{done}: {seconds:.1f} s, {count} queries, {memory:.0f} MB")


def fill(readers: int) -> None:
    """Makes `readers` of the weekly letter, and a week with something to tell."""
    import django

    django.setup()
    from digests.models import Edition, Subscriber
    from mailing.models import Message
    from participation.models import Proposal

    Edition.objects.all().delete()
    Message.objects.all().delete()
    Subscriber.objects.all().delete()
    asked = SLOT - timedelta(days=7)
    for first in range(0, readers, 5_000):
        Subscriber.objects.bulk_create(
            Subscriber(
                email=f"n{number}@courriel.example",
                status=Subscriber.Status.ACTIVE,
                frequency="weekly",
                started_at=asked,
                verified_at=asked,
                created_at=asked,
            )
            for number in range(first, min(first + 5_000, readers))
        )
    if not Proposal.objects.exists():
        at = SLOT - timedelta(days=1)
        Proposal.objects.bulk_create(
            Proposal(title=f"Idée {number}", body="Une idée.", state="publiee", created_at=at, published_at=at)
            for number in range(200)
        )


def main() -> int:
    from scripts.postgres import NoPostgres, throwaway_cluster

    readers = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000

    def call(*command: str) -> None:
        subprocess.run([sys.executable, *command], env=environment, check=True)

    try:
        with throwaway_cluster() as url:
            environment = {
                **os.environ,
                "DATABASE_URL": url,
                "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings.test"),
            }
            call("manage.py", "migrate", "--verbosity=0")
            for count in (readers // 10, readers):
                call("-m", "scripts.bench.planning", "--fill", str(count))
                call("-m", "scripts.bench.planning", "--plan")
    except NoPostgres as problem:
        print(problem)
        return 1
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--plan"]:
        plan()
    elif sys.argv[1:2] == ["--fill"]:
        fill(int(sys.argv[2]))
    else:
        sys.exit(main())
