"""Pictures of the main pages on a phone and on a wide screen, light and dark: `make screenshots`.

They show a new demonstration with a frozen clock, so that two runs give the same pictures unless something has
changed; the run lists the changed ones. Instead of them, `--docs` takes the pictures of the documentation, `--guide`
the pictures of the guide of the admin, `--mails` every kind of mail. Variables: VAR_DIR; URL, to photograph a running
site (whose clock is not frozen).
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
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.db import connections
from django.db.models.signals import post_migrate
from playwright.sync_api import Browser

from scripts import prepare
from scripts.run import CannotStart, free_port
from tools.browser import opened_browser
from tools.demonstration import OF_ANOTHER_SITE, ROOT, main_addresses
from tools.guide_pictures import FOLDER as GUIDE_FOLDER
from tools.guide_pictures import capture_guide, visits
from tools.mails.pictures import capture_mail, capture_sheets

# A Tuesday morning on which the demonstration is loaded and photographed.
MOMENT = datetime(2026, 10, 6, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
WIDTHS = {360: 740, 1280: 900}
THEMES = ("light", "dark")
# Name of the file in docs/images → main page, width, theme.
OF_THE_DOCUMENTATION = {
    "home.png": ("accueil", 1280, "light"),
    "proposal.png": ("proposition", 1280, "light"),
}
# Mail shown in the documentation, by its name in `tools.mails.acts`, and its file in docs/images.
DIGEST, DIGEST_PICTURE = "digest-with-everything", "digest.png"
LOAD_ALL_PICTURES = """() => Promise.all([...document.images].map(image => {
  image.loading = 'eager';
  return image.decode().catch(() => {});
}))"""


def open_clocked_guards(using: str, **kwargs: Any) -> None:
    """Disables the database guards that compare with the database clock, which is not frozen."""
    with connections[using].cursor() as cursor:
        for switch in ("auditlog_switch", "polls_vote_switch"):
            cursor.execute(f"UPDATE {switch} SET is_open = true")  # noqa: S608 - one of these two


@contextmanager
def still_demonstration(var_dir: Path) -> Iterator[str]:
    """Serves a new demonstration of MOMENT from `var_dir`, which is emptied; yields its URL."""
    shutil.rmtree(var_dir, ignore_errors=True)
    var_dir.mkdir(parents=True)
    port = free_port()
    for name in OF_ANOTHER_SITE:
        os.environ.pop(name, None)
    os.environ.update(VAR_DIR=str(var_dir), BASE_URL=f"http://localhost:{port}", LOG_LEVEL="ERROR")
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    post_migrate.connect(open_clocked_guards, dispatch_uid="open_clocked_guards")
    with time_machine.travel(MOMENT, tick=False):
        with redirect_stdout(io.StringIO()):
            prepare.main()
        # Settings are configured only at this point.
        from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
        from django.core.wsgi import get_wsgi_application

        class Quiet(WSGIRequestHandler):
            def log_message(self, *arguments: object) -> None:
                """Discards the request log."""

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
    """Takes a picture of `address`: the `whole` page, or the visible part."""
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


def capture_pages(browser: Browser, site: str, folder: Path, *, docs: bool) -> Iterator[Path]:
    """Takes the pictures of the requested pages; yields each file before writing it."""
    addresses = main_addresses(site)
    if docs:
        chosen = [(name, *what, False) for name, what in OF_THE_DOCUMENTATION.items()]
    else:
        chosen = [
            (f"{index:02}-{page}-{width}-{theme}.png", page, width, theme, True)
            for index, page in enumerate(addresses, start=1)
            for width in WIDTHS
            for theme in THEMES
        ]
    for name, page, width, theme, whole in chosen:
        target = folder / name
        yield target
        take(browser, site + addresses[page], target, width=width, theme=theme, whole=whole)


def written_mails() -> dict[str, str]:
    """Writes one mail of each kind in the demonstration; returns name → HTML.

    Must run before a browser starts, whose event loop would make Django refuse the database.
    """
    # Settings are configured only at this point.
    from tools.mails.acts import ACTS
    from tools.mails.stage import part, play_all

    return {name: part(raw, "html") for name, raw in play_all(ACTS, now=MOMENT).items()}


def list_changed_pictures(pictures: Iterator[Path], folder: Path) -> None:
    """Takes `pictures` one by one into `folder`, and lists the changed ones."""
    folder.mkdir(parents=True, exist_ok=True)
    before = {}
    for target in pictures:
        before[target] = digest(target)
    changed = [path for path, was in before.items() if digest(path) != was]
    print(f"{len(before)} pictures in {folder}, {len(changed)} of them new or not what they were:")
    for path in changed:
        print(f"  {path.name}")


def main(arguments: list[str]) -> int:
    what = arguments[0] if arguments else ""
    var_dir = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
    folders = {
        "": var_dir / "screenshots",
        "--mails": var_dir / "mails",
        "--docs": ROOT / "docs" / "images",
        "--guide": GUIDE_FOLDER,
    }
    if len(arguments) > 1 or what not in folders:
        print("The only argument is --docs, --guide or --mails.", file=sys.stderr)
        return 2
    running = os.environ.get("URL", "").rstrip("/")
    if running and what in ("--guide", "--mails"):
        print("These pictures are those of a demonstration of its own: URL has none.", file=sys.stderr)
        return 2
    folder = folders[what]
    try:
        demonstration = nullcontext(running) if running else still_demonstration(var_dir / "screenshots-site")
        with demonstration as site:
            mails = written_mails() if what in ("--mails", "--docs") and not running else {}
            guide = visits() if what == "--guide" else []
            with opened_browser() as browser:
                if guide:
                    pictures = capture_guide(browser, site, guide)
                elif what == "--mails":
                    pictures = capture_sheets(browser, mails, folder, themes=THEMES)
                else:
                    pictures = capture_pages(browser, site, folder, docs=what == "--docs")
                    if mails:
                        pictures = chain(pictures, capture_mail(browser, mails[DIGEST], folder / DIGEST_PICTURE))
                list_changed_pictures(pictures, folder)
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
