"""Time and memory of planning with many recipients, on its own PostgreSQL.

    python -m tools.bench.planning 100000

Prints, for a tenth of the recipients and for all of them, the seconds, the queries and the peak memory of the planning
process. The targets: linear time, and less than 50 MB beside the code. Then the same for a tenth who have accounts and
follow ten discussed proposals each, so that no two of them get the same content.
"""

import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

SLOT = datetime(2026, 11, 23, 6, tzinfo=UTC)
# Proposals followed by each user, in the last measurement.
FOLLOWS = 10


def plan() -> None:
    """Plans in a separate process, so that its memory is that of planning."""
    import django

    django.setup()
    from django.db import connection
    from django.urls import get_resolver

    from digests.services.planning import plan_due

    # The links of a digest import the URLconf and the views, which a worker has loaded before.
    assert get_resolver().url_patterns  # noqa: S101
    code = _memory()
    count = 0

    def counting(execute, *arguments):  # type: ignore[no-untyped-def]
        nonlocal count
        count += 1
        return execute(*arguments)

    start = time.monotonic()
    with connection.execute_wrapper(counting):
        result = plan_due(now=SLOT)
    seconds = time.monotonic() - start
    print(f"{result}: {seconds:.1f} s, {count} queries, {_memory():.0f} MB, of which {code:.0f} the code")


def _memory() -> float:
    """Returns the peak memory of this process, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def fill(readers: int, *, follows: int = 0) -> None:
    """Makes `readers` of the weekly digest with `follows` followed proposals each, and a week with news."""
    import django

    django.setup()
    from digests.models import Edition, Subscriber
    from mailing.models import Message
    from tools.editions import make_followers, make_readers, publish

    Edition.objects.all().delete()
    Message.objects.all().delete()
    Subscriber.objects.all().delete()
    addresses = make_readers(readers, since=SLOT - timedelta(days=7))
    publish([SLOT - timedelta(days=1)] * 200)
    if follows:
        make_followers(addresses, at=SLOT - timedelta(hours=20), follows=follows, comments=5)


def main() -> int:
    from scripts.postgres import NoPostgres, create_database, throwaway_cluster
    from scripts.run import CannotStart
    from tools.bench.sites import Database, environment

    readers = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    try:
        with throwaway_cluster() as url, tempfile.TemporaryDirectory(prefix="bench-") as folder:
            env = environment(create_database(url, "planning"), Path(folder)) | {"DEMONSTRATION": "false"}
            database = Database("planning", env, [])
            database.manage("-m", "scripts.prepare")
            for count, follows in ((readers // 10, 0), (readers, 0), (readers // 10, FOLLOWS)):
                database.manage("-m", "tools.bench.planning", "--fill", str(count), str(follows))
                planned = database.manage("-m", "tools.bench.planning", "--plan")
                print(f"{count} readers who follow {follows}: {planned}", end="", flush=True)
    except (NoPostgres, CannotStart) as problem:
        print(problem)
        return 1
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--plan"]:
        plan()
    elif sys.argv[1:2] == ["--fill"]:
        fill(int(sys.argv[2]), follows=int(sys.argv[3]))
    else:
        sys.exit(main())
