"""Exits with 0 if the web server of this container answers, as the reverse proxy would ask it."""

import os
import sys
import urllib.request

REQUEST = urllib.request.Request(
    "http://127.0.0.1:8000/readyz",
    headers={"Host": os.environ["ALLOWED_HOSTS"].split(",")[0], "X-Forwarded-Proto": "https"},
)

try:
    with urllib.request.urlopen(REQUEST, timeout=4) as answer:  # noqa: S310
        sys.exit(answer.status != 200)
except OSError:
    sys.exit(1)
