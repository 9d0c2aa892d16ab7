"""Outgoing requests use one module, and are never made in a web request (docs/security.md)."""

import ast
import socket
from contextlib import suppress
from functools import cache
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.urls import path

from cms.admin import visibility
from cms.models import NewsIndexPage, NewsPage
from tests.addresses import patterns
from tests.architecture.faults import faults
from tests.cms.page_forms import add_url
from tests.outside import SOCKETS

ROOT = Path(settings.BASE_DIR)
MODULES = [path for app in sorted(ROOT.glob("*/apps.py")) for path in sorted(app.parent.rglob("*.py"))]
CLIENTS = {"aiohttp", "ftplib", "http.client", "httpx", "requests", "socket", "telnetlib", "urllib.request", "urllib3"}
# Functions that request user-supplied URLs: only under an alarm, in a worker or a command.
REQUESTING_FUNCTIONS = {"fetch_with_rate_limit", "fetch_public"}


@cache
def imported(path: Path) -> set[str]:
    """Returns the names imported by a module: modules and their members."""
    nodes = [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    taken = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    names |= {alias.name for node in taken for alias in node.names} | {str(node.module) for node in taken}
    return names | {f"{node.module}.{alias.name}" for node in taken for alias in node.names}


def test_only_two_modules_use_network_clients():
    assert faults(MODULES, lambda path: sorted(imported(path) & CLIENTS)) == {
        ROOT / "common" / "exchanges.py": ["http.client", "socket"],
        # Option of the connection to the mail server.
        ROOT / "mailing" / "transports.py": ["socket"],
    }


def test_user_supplied_urls_are_requested_only_by_rate_limited_modules():
    assert set(faults(MODULES, lambda path: sorted(imported(path) & REQUESTING_FUNCTIONS))) == {
        ROOT / "cms" / "citations" / "checker.py",
        ROOT / "common" / "rate_limit.py",
        ROOT / "veille" / "services" / "reading.py",
    }


def requesting_view(request):
    """View that requests another server and ignores errors."""
    with suppress(OSError):
        urlopen(request.GET["url"], timeout=1)  # noqa: S310 - refused
    return HttpResponse()


def lookup_view(request):
    with suppress(OSError):
        socket.gethostbyname("www.youtube.com")
    return HttpResponse()


urlpatterns = [
    path("asking/", requesting_view),
    path("looking-up/", lookup_view),
    path("quiet/", lambda request: HttpResponse()),
]


@pytest.mark.parametrize(
    "address",
    ["/asking/?url=http://www.dailymile.com/", "/asking/?url=http://127.0.0.1:8081/", "/looking-up/"],
)
def test_socket_guard_detects_a_view_that_requests_a_server(client, settings, address):
    """Control: `SOCKETS.refusing` surrounds every request of the crawls of the admin and of the site."""
    settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, []
    with SOCKETS.refusing():
        client.get("/quiet/")
    with pytest.raises(AssertionError, match="ask other servers"), SOCKETS.refusing():
        client.get(address)


EMBEDS = {one.view: one.filled(str) for one in patterns() if one.view.startswith("wagtailembeds:")}


@pytest.mark.django_db
@pytest.mark.parametrize("is_closed", [True, False])
def test_embed_chooser_makes_no_outgoing_request(client, editor_of, monkeypatch, is_closed):
    """Two safeguards: its URLs are closed, and it has no provider to request."""
    assert set(EMBEDS) <= {*visibility.CLOSED}
    if not is_closed:
        monkeypatch.setattr(visibility, "CLOSED", {})
    client.force_login(editor_of("Accueil"))
    for url in ("https://www.youtube.com/watch?v=x", "http://www.dailymile.com/people/ben/entries/1"):
        with SOCKETS.refusing():
            answers = [client.post(address, {"embed-chooser-url": url}) for address in EMBEDS.values()]
        assert {answer.status_code for answer in answers} == {302 if is_closed else 200}
    if is_closed:
        assert "Écrivez plutôt un lien" in client.get("/admin/").content.decode()


@pytest.mark.django_db
def test_editor_form_does_not_offer_embeds(admin_client):
    form = admin_client.get(add_url(NewsPage, NewsIndexPage.objects.get())).content.decode()
    assert "pageChooser" in form, "a control: the choosers of a text are named in its form"
    assert "embedsChooser" not in form
