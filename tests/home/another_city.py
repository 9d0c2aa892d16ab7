"""Site of an invented city: `test_another_city.py` runs these tests in a process with its CITY_FILE."""

import email
import re
import tomllib
from collections import deque
from itertools import cycle
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from django.conf import settings as site_settings
from django.core.management import call_command

import demo.content
from cms.models import SiteConfiguration
from common.city import CITY
from demo.services import demonstration
from home.models import HomePage
from home.services.starter_texts import read_text
from tests.addresses import NEVER, patterns
from tools.mails.acts import ACTS
from tools.mails.stage import play_all
from tools.screenshots import MOMENT
from veille.benchmark import services

pytestmark = pytest.mark.django_db

FIRST = tomllib.loads((site_settings.BASE_DIR / "config" / "cities" / "strasbourg.toml").read_text(encoding="utf-8"))
# Names of districts that exist in any city; the other names are specific to the first city.
ANYWHERE = {"Centre-ville", "Gare", "Orangerie", "Tribunal", "Contades", "Bourse", "Esplanade"}
DISTRICTS = {word for district in FIRST["districts"] for word in district.split(", ")} - ANYWHERE
COMMUNES = {code: commune["name"] for code, commune in FIRST["communes"].items()}
# The name of the city is searched inside words too.
NAMES = re.compile(
    "|".join(["strasbourg", "eurom[ée]tropole", "alsac", r"\brhin\b", *(rf"\b{name}\b" for name in DISTRICTS)])
    + rf"|\b({'|'.join(set(COMMUNES.values()) - {'Strasbourg'})})\b",
    re.IGNORECASE,
)
LINK = re.compile(r"""(?<![-\w])(?:href|action|src)="([^"#]+)""")
READ = ("text/", "application/json", "application/xml", "application/atom", "application/rss", "application/vnd.oai")
READ = (*READ, "application/manifest+json", "application/geo+json", "image/svg+xml")
NUMBER = re.compile(r"\d+|[0-9a-f]{8}-[0-9a-f-]{27}")
# Minimum number of pages: a walk that stops at its first page proves nothing.
LEAST = {"public": 150, "admin": 300, "mails": 40}


def renamed(text):
    """Returns `text` of the demonstration, which is about Strasbourg, with the names of the invented city."""
    places = dict(zip(FIRST["districts"], cycle(CITY.districts)))
    places |= {name: CITY.communes.get(f"99{code[2:]}", CITY.name) for code, name in COMMUNES.items()}
    for name in sorted(places, key=len, reverse=True):
        text = re.sub(rf"\b{name}\b", places[name], text)
    text = re.sub(r"\b67(\d{3})\b", r"99\1", text)
    return NAMES.sub("Villeneuve", text)


@pytest.fixture(autouse=True)
def site(settings, tmp_path, monkeypatch):
    texts = tmp_path / "texts"
    for path in demo.content.FOLDER.rglob("*.*"):
        copy = texts / path.relative_to(demo.content.FOLDER)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(renamed(path.read_text(encoding="utf-8")), encoding="utf-8")
    monkeypatch.setattr(demo.content, "FOLDER", texts)
    metropolises = tmp_path / "metropolises.csv"
    metropolises.write_text(renamed(services.METROPOLISES.read_text(encoding="utf-8")), encoding="utf-8")
    monkeypatch.setattr(services, "METROPOLISES", metropolises)
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    settings.DEMONSTRATION = True
    settings.EMAIL_BACKEND = "mailing.backends.OutboxBackend"
    with time_machine.travel(MOMENT, tick=False):
        demonstration.load(MOMENT)
        yield


def first_city_names(where, text):
    """Returns the occurrences of names of the first city in `text`, with some context."""
    return [f"{where}: …{text[max(0, found.start() - 60) : found.end() + 30]}…" for found in NAMES.finditer(text)]


def address_pattern(address):
    """Returns a key shared by all addresses that differ only by a number: one of them is requested."""
    return NUMBER.sub("0", address)


def walk(client, *, in_admin=False):
    """Crawls from every address without parameters; returns the faults and the number of answers."""
    waiting = deque(["/", "/admin/", "/nulle-part/", *(one.filled(str) for one in patterns() if not one.places)])
    seen, faults, answers = set(), [], 0
    while waiting:
        address = waiting.popleft()
        if NEVER.search(address) or address.startswith("/admin/") != in_admin or address_pattern(address) in seen:
            continue
        seen.add(address_pattern(address))
        answer = client.get(address, follow=True)
        body = b"".join(answer)
        faults += first_city_names(address, f"{answer.redirect_chain} {answer.headers}")
        if not answer.headers.get("Content-Type", "").startswith(READ):
            continue
        text = body.decode("utf-8", "replace")
        answers += answer.status_code == 200
        faults += first_city_names(address, text)
        for link in LINK.findall(text):
            parts = urlsplit(urljoin(f"http://testserver{address}", link.replace("&amp;", "&")))
            if parts.netloc == "testserver" and not parts.path.startswith("/static/"):
                waiting.append(parts.path)
    return faults, answers


def test_site_uses_the_city_file_without_migration():
    assert CITY.name == "Villeneuve"
    assert SiteConfiguration.load().institution == "Ville de Villeneuve"
    assert HomePage.objects.get().title.endswith(" à Villeneuve")
    assert "1 place du Marché, 99000 Villeneuve" in read_text("contact")
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_public_page_feed_calendar_or_description_names_another_city(client):
    faults, answers = walk(client)
    assert not faults, "\n".join(faults[:40])
    assert answers > LEAST["public"]


def test_no_screen_of_the_admin_names_another_city(admin_client):
    faults, answers = walk(admin_client, in_admin=True)
    assert not faults, "\n".join(faults[:40])
    assert answers > LEAST["admin"]


def test_no_mail_names_another_city():
    faults = []
    mails = play_all(ACTS, now=MOMENT)
    for name, raw in mails.items():
        message = email.message_from_bytes(raw)
        faults += first_city_names(name, str(message.items()))
        for part in message.walk():
            if not part.is_multipart():
                faults += first_city_names(name, part.get_payload(decode=True).decode("utf-8", "replace"))
    assert not faults, "\n".join(faults[:40])
    assert len(mails) > LEAST["mails"]
