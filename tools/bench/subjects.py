"""Measured pages of one database: URLs, session cookies, and the number of queries of each page.

Runs in a separate process with the environment of that database and writes JSON: `tools.bench` itself does not import
Django.
"""

import json
import os
import statistics
import sys
import time

import django

SEARCH = "/recherche/?q=formulaire"
MODERATION = "/admin/commentaires/"
# Both parts together stay within the rate limit of a network per minute.
PART_REQUESTS = 40
READER = "habitante@comite.example"
MODERATOR = "moderation@comite.example"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    django.setup()
    from committee.models import SessionPage
    from participation.models import Proposal

    public = Proposal.objects.published()
    busiest = public.order_by("-comment_count").first()
    quiet = public.filter(comment_count=0, discussion__isnull=False).order_by("-pk").first()
    session = SessionPage.objects.published().order_by("-starts_at").first()
    if not (busiest and quiet and session):
        sys.exit("The demonstration or the load is not there.")
    pages = {
        "home": ("/", ""),
        "news": ("/actualites/", ""),
        "veille": ("/veille/", ""),
        "session": (session.url, ""),
        "list": ("/propositions/", ""),
        "list without": ("/propositions/?page=2", ""),
        "quiet": (quiet.get_absolute_url(), ""),
        "busiest": (busiest.get_absolute_url(), ""),
        "quiet, signed in": (quiet.get_absolute_url(), READER),
        "busiest, signed in": (busiest.get_absolute_url(), READER),
        "search": (SEARCH, ""),
        "moderation": (MODERATION, MODERATOR),
    }
    described = {name: describe(path, email) for name, (path, email) in pages.items()}
    pks = {"busiest": busiest.pk, "quiet": quiet.pk}
    pks_in_order = list(public.order_by("pk").values_list("pk", flat=True))
    print(
        json.dumps(
            {
                "pages": described,
                "numbers": pks,
                "comments": busiest.comment_count,
                "parts": {
                    "the first": describe_part("/api/v1/propositions"),
                    "the last": describe_part(f"/api/v1/propositions?apres={pks_in_order[-101:][0]}"),
                },
            }
        )
    )


def describe(path: str, email: str) -> dict[str, str | int]:
    """Returns the URL, the cookie of the user with `email` (if any) and the number of queries in a warm process."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User

    client = Client(headers={"host": "localhost"})
    cookie = ""
    if email:
        client.force_login(User.objects.get(email=email))
        name = settings.SESSION_COOKIE_NAME
        cookie = f"{name}={client.cookies[name].value}"
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(path)
    return {"path": path, "cookie": cookie, "queries": len(queries)}


def describe_part(path: str) -> dict[str, float]:
    """Returns the queries of a part of the API and its median time, measured in process (rate limit)."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "localhost"}, REMOTE_ADDR="192.0.2.1")
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    query_count = len(queries)
    times = []
    for _number in range(PART_REQUESTS):
        began = time.perf_counter()
        answer = client.get(path)
        times.append(time.perf_counter() - began)
        if answer.status_code != 200:
            sys.exit(f"{path} answered {answer.status_code}.")
    return {"queries": query_count, "p50_ms": 1000 * statistics.median(times)}


if __name__ == "__main__":
    main()
