"""Requests to other servers leave through one door, and never in a web request (docs/security.md)."""

import ast
from functools import cache
from pathlib import Path

from django.conf import settings

from tests.architecture.faults import faults

ROOT = Path(settings.BASE_DIR)
MODULES = [path for app in sorted(ROOT.glob("*/apps.py")) for path in sorted(app.parent.rglob("*.py"))]
CLIENTS = {"aiohttp", "ftplib", "http.client", "httpx", "requests", "socket", "telnetlib", "urllib.request", "urllib3"}
# What asks whatever anybody may have named: each under an alarm, in a worker or a command.
ASKING = {"fetch_politely", "fetch_public"}


@cache
def imported(path: Path) -> set[str]:
    """Returns the names of what a module imports, modules and what it takes from them."""
    nodes = [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    taken = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    names |= {alias.name for node in taken for alias in node.names} | {str(node.module) for node in taken}
    return names | {f"{node.module}.{alias.name}" for node in taken for alias in node.names}


def test_there_is_one_door():
    assert faults(MODULES, lambda path: sorted(imported(path) & CLIENTS)) == {
        ROOT / "common" / "exchanges.py": ["http.client", "socket"],
        # An option of the connection to the mail server.
        ROOT / "mailing" / "transports.py": ["socket"],
    }


def test_no_view_asks_what_anybody_may_name():
    assert set(faults(MODULES, lambda path: sorted(imported(path) & ASKING))) == {
        ROOT / "cms" / "citations" / "looking.py",
        ROOT / "common" / "politeness.py",
        ROOT / "veille" / "services" / "reading.py",
    }
