"""Queries and time of the main pages beside a bare view, on the data of `make run`.

Only ratios are printed: milliseconds of one machine say nothing on another. The bare view is /healthz, which goes
through all middleware and asks the database one thing.
"""

import os
import statistics
import sys
import time

import django

ROUNDS = 15
BARE = "/healthz"
PAGES = [
    "/",
    "/propositions/",
    "/propositions/appels/",
    "/actualites/",
    "/veille/",
    "/le-comite/",
    "/le-comite/seances/",
]
MOST_QUERIES = 20


def addresses() -> list[str]:
    """The lists, and of the pages behind them the heaviest proposal and the newest session."""
    from django.db.models import Count

    from committee.models import SessionPage
    from participation.models import Proposal

    proposals = Proposal.objects.filter(state__in=Proposal.PUBLIC_STATES)
    heaviest = proposals.annotate(comments=Count("discussion__comments")).order_by("-comments").first()
    session = SessionPage.objects.live().order_by("-starts_at").first()
    found = [heaviest.get_absolute_url()] if heaviest else []
    return [*PAGES, *found, *([session.url] if session and session.url else [])]


def measure(path: str) -> tuple[int, float]:
    """Returns (queries, median seconds) of `path` for an anonymous reader. Leaves with a sentence if it is no 200."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    if (status := client.get(path).status_code) != 200:
        sys.exit(f"{path} answers {status}: there is nothing to measure.")
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        client.get(path)
        times.append(time.perf_counter() - started)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(path)
    return len(queries), statistics.median(times)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    os.environ.setdefault("LOG_LEVEL", "CRITICAL")
    django.setup()
    _, bare = measure(BARE)
    too_many = 0
    print(f"{'page':48}{'queries':>8}{'× bare view':>14}")
    for path in addresses():
        queries, seconds = measure(path)
        too_many += queries > MOST_QUERIES
        print(f"{path[:47]:48}{queries:>8}{seconds / bare:>14.1f}")
    if too_many:
        print(f"{too_many} pages ask more than {MOST_QUERIES} queries.")
    return int(bool(too_many))


if __name__ == "__main__":
    sys.exit(main())
