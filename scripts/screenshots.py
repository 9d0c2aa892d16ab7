"""Pictures of the main pages on a phone and on a wide screen, light and dark: `make screenshots`.

They are of a new demonstration whose clock stands still, so that two runs give the same pictures as long as nothing has
changed; the run says which ones have. With `--docs`, those of the documentation are taken instead. Variables: VAR_DIR;
URL, to look at a site that runs already (its clock goes on).
"""

import hashlib
import io
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import time_machine
from playwright.sync_api import Browser

from scripts import prepare
from scripts.browser import opened_browser
from scripts.demonstration import OF_ANOTHER_SITE, ROOT, main_addresses
from scripts.run import CannotStart, free_port

# A Tuesday morning on which the demonstration is loaded and looked at.
MOMENT = datetime(2026, 10, 6, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
WIDTHS = {360: 740, 1280: 900}
THEMES = ("light", "dark")
# Name of the file in docs/images → main page, width, theme.
OF_THE_DOCUMENTATION = {
    "home.png": ("accueil", 1280, "light"),
    "proposal-phone.png": ("proposition", 360, "light"),
    "proposal-phone-dark.png": ("proposition", 360, "dark"),
}
LOAD_ALL_PICTURES = """() => Promise.all([...document.images].map(image => {
  image.loading = 'eager';
  return image.decode().catch(() => {});
}))"""


@contextmanager
def still_demonstration(var_dir: Path) -> Iterator[str]:
    """Serves a new demonstration of MOMENT from `var_dir`, which is emptied; gives its address."""
    shutil.rmtree(var_dir, ignore_errors=True)
    var_dir.mkdir(parents=True)
    port = free_port()
    for name in OF_ANOTHER_SITE:
        os.environ.pop(name, None)
    os.environ.update(VAR_DIR=str(var_dir), BASE_URL=f"http://localhost:{port}", LOG_LEVEL="ERROR")
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    with time_machine.travel(MOMENT, tick=False):
        with redirect_stdout(io.StringIO()):
            prepare.main()
        # Only now are there settings to serve with.
        from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
        from django.core.wsgi import get_wsgi_application

        class Quiet(WSGIRequestHandler):
            def log_message(self, *arguments: object) -> None:
                """Says nothing: the requests are our own."""

        with ThreadedWSGIServer(("localhost", port), Quiet) as server:
            server.set_app(get_wsgi_application())
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            try:
                yield f"http://localhost:{port}"
            finally:
                server.shutdown()
                thread.join()


def take(browser: Browser, address: str, target: Path, *, width: int, theme: str, whole: bool) -> None:
    """Writes a picture of `address`: the `whole` page, or what one sees first."""
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme=theme,
        reduced_motion="reduce",
        locale="fr-FR",
        timezone_id="Europe/Paris",
    )
    page = context.new_page()
    response = page.goto(address, wait_until="load")
    if response is None or not response.ok:
        raise CannotStart(f"{address} does not answer with a page.")
    page.evaluate(LOAD_ALL_PICTURES)
    page.screenshot(path=target, full_page=whole, animations="disabled", caret="hide")
    context.close()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def take_all(browser: Browser, site: str, folder: Path, *, docs: bool) -> list[Path]:
    """Takes the pictures that are asked for; returns those that are not what they were."""
    addresses = main_addresses(site)
    if docs:
        chosen = [(name, *what, False) for name, what in OF_THE_DOCUMENTATION.items()]
    else:
        chosen = [
            (f"{number:02}-{page}-{width}-{theme}.png", page, width, theme, True)
            for number, page in enumerate(addresses, start=1)
            for width in WIDTHS
            for theme in THEMES
        ]
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, page, width, theme, whole in chosen:
        target = folder / name
        before = digest(target)
        take(browser, site + addresses[page], target, width=width, theme=theme, whole=whole)
        if digest(target) != before:
            changed.append(target)
    print(f"{len(chosen)} pictures in {folder}, {len(changed)} of them new or not what they were:")
    return changed


def main(arguments: list[str]) -> int:
    docs = arguments == ["--docs"]
    if arguments and not docs:
        print("The only argument is --docs.", file=sys.stderr)
        return 2
    var_dir = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
    folder = ROOT / "docs" / "images" if docs else var_dir / "screenshots"
    try:
        running = os.environ.get("URL", "").rstrip("/")
        demonstration = nullcontext(running) if running else still_demonstration(var_dir / "screenshots-site")
        with demonstration as site, opened_browser() as browser:
            changed = take_all(browser, site, folder, docs=docs)
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 2
    for path in changed:
        print(f"  {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
