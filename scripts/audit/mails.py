"""The mails of the demonstration: asked for as visitors do, read in its mailbox."""

import re
import time
from collections.abc import Iterator
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from scripts.demonstration import get

# Page with the form, address that it is sent to, what is filled in. Each makes the site write to somebody.
REQUESTS = (
    ("/compte/connexion/", "/compte/connexion/code/", {"email": "habitante@comite.example"}),
    ("/compte/connexion/", "/compte/connexion/code/", {"email": "personne-inconnue@comite.example"}),
    ("/compte/creer/", "/compte/creer/", {"email": "nouvelle@comite.example", "public_name": "Nouvelle P."}),
    ("/compte/creer/", "/compte/creer/", {"email": "moderation@comite.example", "public_name": "Encore M."}),
    ("/lettre/inscription/", "/lettre/inscription/", {"email": "lectrice@comite.example", "frequency": "monthly"}),
)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
NUMBER = re.compile(r"/courriels/(\d+)/")
# The letter that is due since the demonstration was loaded, and one mail for each request.
FEWEST = 1 + len(REQUESTS)
SECONDS = 60


def numbers(site: str) -> list[int]:
    """Returns the numbers of the mails on the first page of the mailbox."""
    return sorted({int(number) for number in NUMBER.findall(get(site, "/courriels/").text)})


def ask_for_mails(site: str) -> None:
    """Sends the forms of REQUESTS and waits until the mails have come, but not for ever."""
    for page, action, values in REQUESTS:
        visitor = build_opener(HTTPCookieProcessor(CookieJar()))
        token = TOKEN.search(visitor.open(site + page).read().decode())
        data = urlencode({**values, "csrfmiddlewaretoken": token[1] if token else ""}).encode()
        visitor.open(site + action, data).close()
    deadline = time.monotonic() + SECONDS
    while len(numbers(site)) < FEWEST and time.monotonic() < deadline:
        time.sleep(0.5)


def mails(site: str) -> Iterator[tuple[int, str]]:
    """Gives number and HTML of each mail that has an HTML part."""
    for number in numbers(site):
        answer = get(site, f"/courriels/{number}/html/")
        if answer.status == 200:
            yield number, answer.text
